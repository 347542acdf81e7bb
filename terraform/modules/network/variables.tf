variable "name" {
  description = "Name of the system; what it makes begins with it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "`name` must be 3 to 20 small letters, digits and hyphens, a letter first, no hyphen last."
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

variable "cidr_block" {
  description = "Addresses of the VPC."
  type        = string
  default     = "10.40.0.0/16"

  # Public subnets are 8 bits longer, and a load balancer needs a /27.
  validation {
    condition     = can(cidrsubnet(var.cidr_block, 8, 240)) && can(regex("/1[6-9]$", var.cidr_block))
    error_message = "`cidr_block` must be an IPv4 block of /16 to /19."
  }
}

variable "availability_zones" {
  description = "Zones to run in; each has a broker and both kinds of subnet."
  type        = list(string)

  validation {
    condition     = contains([2, 3], length(distinct(var.availability_zones)))
    error_message = "`availability_zones` must be two or three different zones."
  }
}

variable "single_nat_gateway" {
  description = "Whether one NAT gateway serves all zones: cheaper, and gone with its zone."
  type        = bool
  default     = false
}
