variable "vpc_id" {
  description = "ID of the VPC."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "`vpc_id` must be the ID of a VPC."
  }
}

variable "public_subnet_ids" {
  description = "IDs of the public subnets of the load balancer, each in another zone."
  type        = list(string)

  validation {
    condition     = length(var.public_subnet_ids) >= 2 && alltrue([for id in var.public_subnet_ids : startswith(id, "subnet-")])
    error_message = "`public_subnet_ids` must be the IDs of two subnets or more."
  }
}

variable "certificate_arn" {
  description = "ARN of the certificate that the load balancer shows."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:acm:", var.certificate_arn))
    error_message = "`certificate_arn` must be the ARN of a certificate of ACM."
  }
}

variable "allowed_cidr_blocks" {
  description = "Who may come to the load balancer, at its port 443 and no other."
  type        = list(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = length(var.allowed_cidr_blocks) > 0 && alltrue([for block in var.allowed_cidr_blocks : can(cidrhost(block, 0))])
    error_message = "`allowed_cidr_blocks` must be at least one CIDR block."
  }
}

variable "access_logs_bucket" {
  description = "Name of the bucket that takes the load balancer's access logs."
  type        = string

  validation {
    condition     = length(var.access_logs_bucket) >= 3
    error_message = "`access_logs_bucket` must be the name of a bucket."
  }
}

variable "deletion_protection" {
  description = "Whether the load balancer must be unlocked before it can be deleted."
  type        = bool
  default     = true
}

variable "web_acl_arn" {
  description = "ARN of the WAF web ACL in front of the load balancer; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.web_acl_arn == null || can(regex("^arn:aws[a-z-]*:wafv2:", var.web_acl_arn))
    error_message = "`web_acl_arn` must be the ARN of a web ACL, or null."
  }
}

variable "name" {
  description = "Name of the load balancer and its target group."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "`name` must be 3 to 32 small letters, digits and hyphens, a letter first, no hyphen last."
  }
}

variable "target_port" {
  description = "Port that the service listens at."
  type        = number

  validation {
    condition     = var.target_port >= 1 && var.target_port <= 65535
    error_message = "`target_port` must be 1 to 65535."
  }
}

variable "target_security_group_id" {
  description = "ID of the service's security group."
  type        = string

  validation {
    condition     = startswith(var.target_security_group_id, "sg-")
    error_message = "`target_security_group_id` must be the ID of a security group."
  }
}

variable "health_check_path" {
  description = "Path that answers 200 when the service is well."
  type        = string

  validation {
    condition     = startswith(var.health_check_path, "/")
    error_message = "`health_check_path` must begin with a slash."
  }
}

variable "sticky" {
  description = "Whether a browser stays with one task, which keeps its session."
  type        = bool
  default     = false
}

variable "idle_timeout_s" {
  description = "Silence that ends a connection."
  type        = number
  default     = 60

  validation {
    condition     = var.idle_timeout_s >= 1 && var.idle_timeout_s <= 4000
    error_message = "`idle_timeout_s` must be 1 to 4000."
  }
}

variable "oidc" {
  description = "Who says who somebody is; null lets everybody in. The secret's text is the client secret."
  type = object({
    issuer                 = string
    authorization_endpoint = string
    token_endpoint         = string
    user_info_endpoint     = string
    client_id              = string
    client_secret_arn      = string
    scope                  = optional(string, "openid email")
    session_timeout_s      = optional(number, 43200)
  })
  default = null

  validation {
    condition = var.oidc == null || try(alltrue([
      for url in [var.oidc.issuer, var.oidc.authorization_endpoint, var.oidc.token_endpoint, var.oidc.user_info_endpoint] : startswith(url, "https://")
    ]) && can(regex("^arn:aws[a-z-]*:secretsmanager:", var.oidc.client_secret_arn)), false)
    error_message = "`oidc` must have https addresses and the ARN of a secret."
  }
}
