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

variable "accept_limited_use_license" {
  description = "Whether you accept Snowplow's limited use licence, https://docs.snowplow.io/limited-use-license-1.1/; its programs start for nobody else."
  type        = bool

  validation {
    condition     = var.accept_limited_use_license
    error_message = "`accept_limited_use_license` must be true; read the licence first, or run a pipeline of your own."
  }
}

variable "kinesis_streams" {
  description = "Name and ARN of each Kinesis stream, by what it carries."
  type        = map(object({ name = string, arn = string }))

  validation {
    condition     = alltrue([for key in ["raw-good", "raw-bad", "enriched-good", "enriched-failed", "enriched-bad"] : contains(keys(var.kinesis_streams), key)])
    error_message = "`kinesis_streams` must have raw-good, raw-bad, enriched-good, enriched-failed and enriched-bad."
  }
}

variable "bootstrap_servers" {
  description = "Kafka brokers for clients that sign in with a password, host:port with commas between."
  type        = string

  validation {
    condition     = alltrue([for server in split(",", var.bootstrap_servers) : can(regex("^[^\\s,:]+:[0-9]{1,5}$", server))])
    error_message = "`bootstrap_servers` must be host:port, several with commas between."
  }
}

variable "kafka_cidr_blocks" {
  description = "Where the brokers are."
  type        = list(string)

  validation {
    condition     = alltrue([for block in var.kafka_cidr_blocks : can(cidrhost(block, 0))])
    error_message = "`kafka_cidr_blocks` must be CIDR blocks."
  }
}

variable "source_topic" {
  description = "Topic that Snowbridge writes, and the flow reads."
  type        = string
  default     = "snowplow-enriched-good"

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{1,249}$", var.source_topic))
    error_message = "`source_topic` must be a Kafka topic name: letters, digits, dots, hyphens and underscores."
  }
}

variable "scram_secret_arn" {
  description = "ARN of the secret with Snowbridge's username and password on Kafka."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:secretsmanager:", var.scram_secret_arn))
    error_message = "`scram_secret_arn` must be the ARN of a secret."
  }
}

variable "images" {
  description = "Images of Snowplow's programs, and one with a shell that writes their files."
  type = object({
    collector  = optional(string, "snowplow/scala-stream-collector-kinesis:3.7.0")
    enrich     = optional(string, "snowplow/snowplow-enrich-kinesis:6.3.0")
    snowbridge = optional(string, "snowplow/snowbridge:5.1.1-aws-only")
    prepare    = optional(string, "public.ecr.aws/docker/library/busybox:1.37.0")
  })
  default = {}

  validation {
    condition     = alltrue([for image in values(var.images) : can(regex("(:[^:/]+|@sha256:[0-9a-f]{64})$", image)) && !endswith(image, ":latest")])
    error_message = "`images` must name a version, other than latest."
  }
}

variable "sizes" {
  description = "Size of each program's tasks, how many there are at least, and at most. Snowbridge and Enrich can use as many as their stream has shards."
  type = object({
    collector  = optional(object({ cpu = optional(number, 512), memory_mib = optional(number, 1024), count = optional(number, 2), most = optional(number, 10) }), {})
    enrich     = optional(object({ cpu = optional(number, 1024), memory_mib = optional(number, 2048), count = optional(number, 2), most = optional(number, 10) }), {})
    snowbridge = optional(object({ cpu = optional(number, 512), memory_mib = optional(number, 1024), count = optional(number, 2), most = optional(number, 10) }), {})
  })
  default = {}

  validation {
    condition     = alltrue([for size in values(var.sizes) : size.count >= 1 && size.most >= size.count])
    error_message = "`sizes` must have a count from 1 and a most from that count."
  }
}
