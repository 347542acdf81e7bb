# The dashboard behind a load balancer, which lets in whom the identity provider knows.

data "aws_region" "this" {}

locals {
  task_name = "${var.name}-dashboard"
  port      = 5006

  # The names of the settings are those of dataflows/settings.py and dashboard/settings.py.
  environment = merge(
    {
      KAFKA_BOOTSTRAP_SERVERS = var.kafka.bootstrap_servers
      KAFKA_SECURITY_PROTOCOL = var.kafka.security_protocol
      PROFILES_TOPIC          = var.topics.profiles
      AUDIENCE_TOPIC          = var.topics.audience
      AUDIENCE_MINUTES_TOPIC  = var.topics.audience_minutes
      DEAD_LETTERS_TOPIC      = var.topics.dead_letters
      AWS_REGION              = data.aws_region.this.id
      PROFILES_TABLE          = var.tables.profiles.name
      HISTORY_TABLE           = var.tables.history.name
      # The load balancer asks people who they are.
      DASHBOARD_ACCESS = "open"
    },
    var.kafka.sasl_mechanism == null ? {} : { KAFKA_SASL_MECHANISM = var.kafka.sasl_mechanism },
    var.settings,
  )

  # By the mechanism and not by the ARNs, which may not be known before they are made.
  iam_on_kafka = var.kafka.sasl_mechanism == "AWS_MSK_IAM"
  passwords    = var.kafka.sasl_mechanism == null || local.iam_on_kafka ? [] : [var.kafka.password_secret_arn]
  secrets = merge([for arn in local.passwords : {
    KAFKA_SASL_USERNAME = "${arn}:username::"
    KAFKA_SASL_PASSWORD = "${arn}:password::"
  }]...)

  # arn:aws:kafka:region:account:cluster/name/uuid names its topics and groups, too:
  # https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
  kafka_prefix = { for kind in ["topic", "group"] : kind => replace(coalesce(var.kafka.cluster_arn, "none"), ":cluster/", ":${kind}/") }

  on_kafka = [for statement in [
    {
      Sid      = "SignIn"
      Effect   = "Allow"
      Action   = ["kafka-cluster:Connect"]
      Resource = [var.kafka.cluster_arn]
    },
    {
      Sid      = "ReadTopics"
      Effect   = "Allow"
      Action   = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"]
      Resource = [for topic in [var.topics.profiles, var.topics.audience, var.topics.audience_minutes, var.topics.dead_letters] : "${local.kafka_prefix.topic}/${topic}"]
    },
    {
      # It commits nothing; the client looks for its group all the same.
      Sid      = "FindItsGroup"
      Effect   = "Allow"
      Action   = ["kafka-cluster:DescribeGroup"]
      Resource = ["${local.kafka_prefix.group}/${var.reader_group}"]
    },
  ] : statement if local.iam_on_kafka]

  on_tables = [
    {
      # A viewer's history, read back page by page.
      Sid      = "ReadHistory"
      Effect   = "Allow"
      Action   = ["dynamodb:Query"]
      Resource = [var.tables.history.arn]
    },
    {
      # A viewer whom the topic no longer has.
      Sid      = "ReadProfile"
      Effect   = "Allow"
      Action   = ["dynamodb:GetItem"]
      Resource = [var.tables.profiles.arn]
    },
  ]
}

################################################################################
# Load balancer
################################################################################

module "load_balancer" {
  source = "../load-balancer"

  name                     = local.task_name
  vpc_id                   = var.vpc_id
  public_subnet_ids        = var.public_subnet_ids
  certificate_arn          = var.certificate_arn
  allowed_cidr_blocks      = var.allowed_cidr_blocks
  target_port              = local.port
  target_security_group_id = aws_security_group.this.id
  health_check_path        = "/liveness"
  # A page's WebSocket must reach the task that made the page; a ping a half minute keeps
  # it open.
  sticky              = true
  idle_timeout_s      = 300
  oidc                = var.oidc
  access_logs_bucket  = var.access_logs_bucket
  deletion_protection = var.deletion_protection
  web_acl_arn         = var.web_acl_arn
}

################################################################################
# Task
################################################################################

module "task" {
  source = "../task"

  name               = local.task_name
  cpu                = var.cpu
  memory_mib         = var.memory_mib
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days
  repository_arns    = var.repository_arns
  secret_arns        = local.passwords
  secret_key_arns    = compact([var.kafka.password_key_arn])
  statements         = concat(local.on_kafka, local.on_tables)

  definitions = {
    this = {
      # A volume of Fargate belongs to root at first.
      prepare = {
        image       = var.image
        essential   = false
        user        = "0"
        entry_point = ["chmod", "1777", "/scratch"]
        mounts      = { scratch = "/scratch" }
      }

      dashboard = {
        image = var.image
        # Bokeh takes a browser's WebSocket only from a page of this address.
        command     = ["--allow-websocket-origin", var.domain, "--use-xheaders"]
        environment = local.environment
        secrets     = local.secrets
        ports       = [local.port]
        mounts      = { scratch = "/tmp" }
        depends_on  = { prepare = "SUCCESS" }
        health_check = {
          command = ["CMD", "python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:${local.port}/liveness', timeout=4)"]
        }
      }
    }
  }
}

################################################################################
# Service
################################################################################

resource "aws_security_group" "this" {
  name        = local.task_name
  description = "Tasks of the dashboard"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.this.id
  description       = "HTTPS to AWS services and registries"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "kafka" {
  for_each = toset(var.kafka.cidr_blocks)

  security_group_id = aws_security_group.this.id
  description       = "Kafka"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = var.kafka.port
  to_port           = var.kafka.port
}

resource "aws_ecs_service" "this" {
  name            = local.task_name
  cluster         = var.cluster_arn
  task_definition = module.task.task_definition_arns.this
  desired_count   = var.tasks
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"

  # It reads the profiles from the beginning before it shows anything.
  health_check_grace_period_seconds = 180

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = var.private_subnet_ids
    security_groups = [aws_security_group.this.id]
  }

  load_balancer {
    target_group_arn = module.load_balancer.target_group_arn
    container_name   = "dashboard"
    container_port   = local.port
  }
}
