# A load balancer with TLS in front of one service.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html

################################################################################
# Who may talk to whom
################################################################################

resource "aws_security_group" "this" {
  name        = "${var.name}-alb"
  description = "Load balancer of ${var.name}"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = toset(var.allowed_cidr_blocks)

  security_group_id = aws_security_group.this.id
  description       = "HTTPS"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "target" {
  security_group_id            = aws_security_group.this.id
  description                  = "To the service"
  referenced_security_group_id = var.target_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = var.target_port
  to_port                      = var.target_port
}

resource "aws_vpc_security_group_ingress_rule" "target" {
  security_group_id            = var.target_security_group_id
  description                  = "From the load balancer"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = var.target_port
  to_port                      = var.target_port
}

# The load balancer itself exchanges codes for tokens, at an address nobody promises.
resource "aws_vpc_security_group_egress_rule" "identity_provider" {
  count = var.oidc == null ? 0 : 1

  security_group_id = aws_security_group.this.id
  description       = "To the identity provider"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

################################################################################
# Load balancer
################################################################################

resource "aws_lb" "this" {
  #checkov:skip=CKV2_AWS_76:A web ACL and its rules are the caller's to give, by web_acl_arn
  name                       = var.name
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = var.public_subnet_ids
  security_groups            = [aws_security_group.this.id]
  idle_timeout               = var.idle_timeout_s
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection

  access_logs {
    enabled = true
    bucket  = var.access_logs_bucket
    prefix  = var.name
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  count = var.web_acl_arn == null ? 0 : 1

  resource_arn = aws_lb.this.arn
  web_acl_arn  = var.web_acl_arn
}

resource "aws_lb_target_group" "this" {
  name                 = var.name
  vpc_id               = var.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = var.target_port
  deregistration_delay = 30

  health_check {
    path                = var.health_check_path
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  stickiness {
    type            = "lb_cookie"
    enabled         = var.sticky
    cookie_duration = 86400
  }
}

################################################################################
# Listener
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
################################################################################

data "aws_secretsmanager_secret_version" "oidc" {
  count = var.oidc == null ? 0 : 1

  secret_id = var.oidc.client_secret_arn
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  certificate_arn   = var.certificate_arn
  # TLS 1.3 and 1.2 with forward secrecy.
  ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"

  dynamic "default_action" {
    for_each = var.oidc == null ? [] : [var.oidc]
    iterator = oidc

    content {
      type  = "authenticate-oidc"
      order = 1

      authenticate_oidc {
        issuer                     = oidc.value.issuer
        authorization_endpoint     = oidc.value.authorization_endpoint
        token_endpoint             = oidc.value.token_endpoint
        user_info_endpoint         = oidc.value.user_info_endpoint
        client_id                  = oidc.value.client_id
        client_secret              = data.aws_secretsmanager_secret_version.oidc[0].secret_string
        scope                      = oidc.value.scope
        session_timeout            = oidc.value.session_timeout_s
        on_unauthenticated_request = "authenticate"
      }
    }
  }

  default_action {
    type             = "forward"
    order            = 2
    target_group_arn = aws_lb_target_group.this.arn
  }
}
