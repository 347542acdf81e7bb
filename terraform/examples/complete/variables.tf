variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-west-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "`region` must be an AWS region such as eu-west-1."
  }
}

variable "image_tag" {
  description = "Version of our two images: the tag that they were pushed with."
  type        = string

  validation {
    condition     = length(var.image_tag) > 0
    error_message = "`image_tag` must not be empty."
  }
}

variable "accept_limited_use_license" {
  description = "Whether you accept Snowplow's limited use licence, https://docs.snowplow.io/limited-use-license-1.1/."
  type        = bool
}

variable "collector_certificate_arn" {
  description = "ARN of the certificate of the collector's domain."
  type        = string

  validation {
    condition     = startswith(var.collector_certificate_arn, "arn:")
    error_message = "`collector_certificate_arn` must be the ARN of a certificate of ACM."
  }
}

variable "dashboard_domain" {
  description = "Name under which browsers reach the dashboard."
  type        = string

  validation {
    condition     = length(var.dashboard_domain) > 3
    error_message = "`dashboard_domain` must be a domain name."
  }
}

variable "dashboard_certificate_arn" {
  description = "ARN of the certificate of that domain."
  type        = string

  validation {
    condition     = startswith(var.dashboard_certificate_arn, "arn:")
    error_message = "`dashboard_certificate_arn` must be the ARN of a certificate of ACM."
  }
}

variable "oidc" {
  description = "The identity provider; the client secret is the text of a secret in Secrets Manager."
  type = object({
    issuer                 = string
    authorization_endpoint = string
    token_endpoint         = string
    user_info_endpoint     = string
    client_id              = string
    client_secret_arn      = string
  })

  validation {
    condition     = startswith(var.oidc.issuer, "https://")
    error_message = "`oidc.issuer` must begin with https://."
  }
}

variable "alarm_emails" {
  description = "Who gets a mail when an alarm starts or ends."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alarm_emails : strcontains(address, "@")])
    error_message = "`alarm_emails` must be mail addresses."
  }
}

variable "processes" {
  description = "Processes of the flow; the runbook tells how to change it."
  type        = number
  default     = 2

  validation {
    condition     = var.processes >= 1
    error_message = "`processes` must be at least 1."
  }
}

variable "running" {
  description = "Whether the flow runs."
  type        = bool
  default     = true
}

variable "recovery_folder" {
  description = "Folder of the recovery store; another one begins anew."
  type        = string
  default     = "recovery-1"

  validation {
    condition     = length(var.recovery_folder) > 0
    error_message = "`recovery_folder` must not be empty."
  }
}

variable "snowbridge_password" {
  description = "Snowbridge's password on Kafka; read only when `scram_password_version` is new, and kept in Secrets Manager alone."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = var.snowbridge_password == null || try(length(var.snowbridge_password) >= 16, false)
    error_message = "`snowbridge_password` must be at least 16 characters."
  }
}

variable "scram_password_version" {
  description = "Raise it to give Snowbridge the password in `snowbridge_password`."
  type        = number
  default     = 1

  validation {
    condition     = var.scram_password_version >= 1
    error_message = "`scram_password_version` must be at least 1."
  }
}

variable "deletion_protection" {
  description = "Whether tables and load balancers must be unlocked before they can be deleted."
  type        = bool
  default     = true
}

variable "source_start" {
  description = "Where a flow with an empty store begins: beginning or end of the source topic."
  type        = string
  default     = "beginning"

  validation {
    condition     = contains(["beginning", "end"], var.source_start)
    error_message = "`source_start` must be beginning or end."
  }
}
