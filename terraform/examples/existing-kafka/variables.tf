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

variable "vpc" {
  description = "The VPC, and subnets of it in two zones or more; the private ones reach the Internet by NAT."
  type = object({
    id                 = string
    public_subnet_ids  = list(string)
    private_subnet_ids = list(string)
  })

  validation {
    condition     = startswith(var.vpc.id, "vpc-")
    error_message = "`vpc.id` must be the ID of a VPC."
  }
}

variable "kafka" {
  description = "The brokers, where they are, the topic of enriched events, the secret with username and password, and the KMS key that encrypts it, if that is one of yours."
  type = object({
    bootstrap_servers   = string
    port                = optional(number, 9096)
    cidr_blocks         = list(string)
    source_topic        = optional(string, "snowplow-enriched-good")
    password_secret_arn = string
    password_key_arn    = optional(string)
  })

  validation {
    condition     = startswith(var.kafka.password_secret_arn, "arn:")
    error_message = "`kafka.password_secret_arn` must be the ARN of a secret."
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
