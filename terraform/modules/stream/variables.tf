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

variable "private_subnet_ids" {
  description = "IDs of the private subnets that it runs in, each in another zone."
  type        = list(string)

  validation {
    condition     = length(var.private_subnet_ids) >= 2 && alltrue([for id in var.private_subnet_ids : startswith(id, "subnet-")])
    error_message = "`private_subnet_ids` must be the IDs of two subnets or more."
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

variable "iam_clients" {
  description = "Security groups of the clients that sign in with IAM, by the client's name."
  type        = map(string)

  validation {
    condition     = alltrue([for id in values(var.iam_clients) : startswith(id, "sg-")])
    error_message = "`iam_clients` must be IDs of security groups by name."
  }
}

variable "scram_clients" {
  description = "Security groups of the clients that sign in with a password, by the client's name."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for id in values(var.scram_clients) : startswith(id, "sg-")])
    error_message = "`scram_clients` must be IDs of security groups by name."
  }
}

variable "kafka_version" {
  description = "Version of Kafka, in MSK's words."
  type        = string
  default     = "3.9.x.kraft"

  validation {
    condition     = can(regex("^[3-9]\\.[0-9]+\\.(x|[0-9]+)(\\.kraft)?$", var.kafka_version))
    error_message = "`kafka_version` must be a version as MSK names it, such as 3.9.x.kraft."
  }
}

variable "broker_instance_type" {
  description = "Size of a broker."
  type        = string
  default     = "kafka.m7g.large"

  validation {
    condition     = startswith(var.broker_instance_type, "kafka.")
    error_message = "`broker_instance_type` must begin with kafka."
  }
}

variable "brokers_per_zone" {
  description = "Brokers in each zone."
  type        = number
  default     = 1

  validation {
    condition     = var.brokers_per_zone >= 1 && floor(var.brokers_per_zone) == var.brokers_per_zone
    error_message = "`brokers_per_zone` must be a whole number from 1."
  }
}

variable "broker_volume_gib" {
  description = "Storage of a broker to begin with; it grows by itself."
  type        = number
  default     = 100

  validation {
    condition     = var.broker_volume_gib >= 1 && var.broker_volume_gib <= 16384
    error_message = "`broker_volume_gib` must be 1 to 16384."
  }
}

variable "broker_volume_most_gib" {
  description = "Storage of a broker at most."
  type        = number
  default     = 1000

  validation {
    condition     = var.broker_volume_most_gib >= var.broker_volume_gib && var.broker_volume_most_gib <= 16384
    error_message = "`broker_volume_most_gib` must be `broker_volume_gib` to 16384."
  }
}

variable "retention_hours" {
  description = "How long topics without a setting of their own, the source among them, keep messages: the longest stop that the flow survives, and how far back it can replay."
  type        = number
  default     = 168

  validation {
    condition     = var.retention_hours >= 1
    error_message = "`retention_hours` must be at least 1."
  }
}

variable "kinesis_retention_hours" {
  description = "How long Kinesis keeps events: the longest stop that enrich and Snowbridge survive."
  type        = number
  default     = 48

  validation {
    condition     = var.kinesis_retention_hours >= 24 && var.kinesis_retention_hours <= 8760
    error_message = "`kinesis_retention_hours` must be 24 to 8760."
  }
}

variable "scram_password" {
  description = "Snowbridge's password on Kafka; read only when `scram_password_version` is raised, and kept in Secrets Manager alone."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = var.scram_password == null || can(regex("^[A-Za-z0-9+/=_-]{16,128}$", var.scram_password))
    error_message = "`scram_password` must be 16 to 128 letters, digits and +/=_-."
  }
}

variable "scram_password_version" {
  description = "Raise it to give Snowbridge the password in `scram_password`."
  type        = number
  default     = 1

  validation {
    condition     = var.scram_password_version >= 1 && floor(var.scram_password_version) == var.scram_password_version
    error_message = "`scram_password_version` must be a whole number from 1."
  }
}
