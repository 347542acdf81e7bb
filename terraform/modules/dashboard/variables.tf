variable "name" {
  description = "Name of the system; what it makes begins with it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "`name` must be 3 to 20 small letters, digits and hyphens, a letter first, no hyphen last."
  }
}

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

variable "private_subnet_ids" {
  description = "IDs of the private subnets that it runs in, each in another zone."
  type        = list(string)

  validation {
    condition     = length(var.private_subnet_ids) >= 2 && alltrue([for id in var.private_subnet_ids : startswith(id, "subnet-")])
    error_message = "`private_subnet_ids` must be the IDs of two subnets or more."
  }
}

variable "cluster_arn" {
  description = "ARN of the ECS cluster."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecs:[^:]+:[0-9]+:cluster/", var.cluster_arn))
    error_message = "`cluster_arn` must be the ARN of an ECS cluster."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts what is stored."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "`kms_key_arn` must be the ARN of a KMS key."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept; CloudWatch knows only some numbers."
  type        = number
  default     = 90

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "`log_retention_days` must be a number of days that CloudWatch knows, such as 7, 30, 90 or 365."
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

variable "image" {
  description = "Image of the dashboard, with a version that never moves."
  type        = string

  validation {
    condition     = can(regex("(:[^:/]+|@sha256:[0-9a-f]{64})$", var.image)) && !endswith(var.image, ":latest")
    error_message = "`image` must name a version, other than latest."
  }
}

variable "repository_arns" {
  description = "ARNs of the ECR repositories that the image comes from; none if it is public."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.repository_arns : can(regex("^arn:aws[a-z-]*:ecr:", arn))])
    error_message = "`repository_arns` must be ARNs of ECR repositories."
  }
}

variable "kafka" {
  description = "The brokers and how to sign in: with IAM, name the cluster's ARN; with a password, a secret that holds username and password, and the KMS key that encrypts it, if that is one of yours."
  type = object({
    bootstrap_servers   = string
    security_protocol   = optional(string, "SASL_SSL")
    sasl_mechanism      = optional(string, "AWS_MSK_IAM")
    cluster_arn         = optional(string)
    password_secret_arn = optional(string)
    password_key_arn    = optional(string)
    port                = optional(number, 9098)
    cidr_blocks         = list(string)
  })

  validation {
    condition     = contains(["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"], var.kafka.security_protocol)
    error_message = "`kafka.security_protocol` must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL."
  }

  validation {
    condition     = startswith(var.kafka.security_protocol, "SASL_") == (var.kafka.sasl_mechanism != null)
    error_message = "`kafka.sasl_mechanism` must be given with a SASL protocol, and with no other."
  }

  validation {
    condition     = (var.kafka.sasl_mechanism == "AWS_MSK_IAM") == can(regex("^arn:aws[a-z-]*:kafka:[^:]+:[0-9]+:cluster/[^/]+/[^/]+$", var.kafka.cluster_arn))
    error_message = "`kafka.cluster_arn` must be the ARN of the MSK cluster with AWS_MSK_IAM, and null with any other mechanism."
  }

  validation {
    condition     = contains(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"], coalesce(var.kafka.sasl_mechanism, "none")) == can(regex("^arn:aws[a-z-]*:secretsmanager:", var.kafka.password_secret_arn))
    error_message = "`kafka.password_secret_arn` must be the ARN of a secret with PLAIN or SCRAM, and null with any other mechanism."
  }

  validation {
    condition     = var.kafka.password_key_arn == null || (var.kafka.password_secret_arn != null && can(regex("^arn:aws[a-z-]*:kms:[^:]+:[0-9]+:key/[^/*]+$", var.kafka.password_key_arn)))
    error_message = "`kafka.password_key_arn` must be the ARN of the KMS key of `kafka.password_secret_arn`, and null without that."
  }

  validation {
    condition     = alltrue([for server in split(",", var.kafka.bootstrap_servers) : can(regex("^[^\\s,:]+:[0-9]{1,5}$", server))])
    error_message = "`kafka.bootstrap_servers` must be host:port, several with commas between."
  }

  validation {
    condition     = length(var.kafka.cidr_blocks) > 0 && alltrue([for block in var.kafka.cidr_blocks : can(cidrhost(block, 0))])
    error_message = "`kafka.cidr_blocks` must be at least one CIDR block."
  }
}

variable "topics" {
  description = "Names of the topics."
  type = object({
    source           = optional(string, "snowplow-enriched-good")
    profiles         = optional(string, "live-viewer-profiles")
    audience         = optional(string, "live-audience")
    audience_minutes = optional(string, "live-audience-minutes")
    dead_letters     = optional(string, "live-viewer-dead-letters")
  })
  default = {}

  validation {
    condition     = alltrue([for topic in values(var.topics) : can(regex("^[A-Za-z0-9._-]{1,249}$", topic))]) && length(distinct(values(var.topics))) == 5
    error_message = "`topics` must be five different Kafka topic names: letters, digits, dots, hyphens and underscores."
  }
}

variable "tables" {
  description = "Name and ARN of each table."
  type = object({
    profiles = object({ name = string, arn = string })
    history  = object({ name = string, arn = string })
  })

  validation {
    condition     = alltrue([for table in values(var.tables) : can(regex("^arn:aws[a-z-]*:dynamodb:[^:]+:[0-9]+:table/", table.arn)) && endswith(table.arn, "/${table.name}")])
    error_message = "`tables` must be tables of DynamoDB, each ARN that of its name."
  }
}

variable "settings" {
  description = "More settings, by the names of dataflows/settings.py: gaps, lateness, retention and so on."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : can(regex("^[A-Z][A-Z0-9_]+$", name))]) && !anytrue([for name in keys(var.settings) : can(regex("PASSWORD|SECRET", name))])
    error_message = "`settings` must be names in capitals, and no password: that comes from a secret."
  }
}

variable "domain" {
  description = "Name under which browsers reach the dashboard; the certificate is for it."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain))
    error_message = "`domain` must be a domain name in small letters."
  }
}

variable "tasks" {
  description = "Tasks of the dashboard; each follows the topics by itself."
  type        = number
  default     = 2

  validation {
    condition     = var.tasks >= 1 && floor(var.tasks) == var.tasks
    error_message = "`tasks` must be a whole number from 1."
  }
}

variable "cpu" {
  description = "CPU units of a task; 1024 are one core."
  type        = number
  default     = 1024

  validation {
    condition     = contains([512, 1024, 2048, 4096], var.cpu)
    error_message = "`cpu` must be 512, 1024, 2048 or 4096."
  }
}

variable "memory_mib" {
  description = "Memory of a task; it holds the profiles of all viewers."
  type        = number
  default     = 4096

  validation {
    condition     = var.memory_mib >= 1024
    error_message = "`memory_mib` must be at least 1024."
  }
}

variable "reader_group" {
  description = "Name of the dashboard's Kafka client; it commits nothing under it."
  type        = string
  default     = "live-viewer-dashboard"

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{1,255}$", var.reader_group))
    error_message = "`reader_group` must be letters, digits, dots, hyphens and underscores."
  }
}
