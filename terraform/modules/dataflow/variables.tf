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

variable "image" {
  description = "Image of the flow, with a version that never moves."
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

variable "processes" {
  description = "Processes of the flow. To change it, stop all first: the runbook tells how."
  type        = number
  default     = 2

  validation {
    condition     = var.processes >= 1 && var.processes <= 64 && floor(var.processes) == var.processes
    error_message = "`processes` must be a whole number, 1 to 64."
  }
}

variable "running" {
  description = "Whether the processes run; false stops all of them together, and keeps their state."
  type        = bool
  default     = true
}

variable "cpu" {
  description = "CPU units of a process; it uses one core, 1024, and a little."
  type        = number
  default     = 2048

  validation {
    condition     = contains([1024, 2048, 4096, 8192], var.cpu)
    error_message = "`cpu` must be 1024, 2048, 4096 or 8192."
  }
}

variable "memory_mib" {
  description = "Memory of a process."
  type        = number
  default     = 4096

  validation {
    condition     = var.memory_mib >= 2048
    error_message = "`memory_mib` must be at least 2048."
  }
}

variable "partitions" {
  description = "Partitions of the source topic and of the profiles, as the topics task makes them; at least as many as processes."
  type        = number
  default     = 12

  validation {
    condition     = var.partitions >= var.processes && floor(var.partitions) == var.partitions
    error_message = "`partitions` must be a whole number, not less than `processes`."
  }
}

variable "source_group" {
  description = "Consumer group under which the flow reads; it shows how far it is, and decides nothing."
  type        = string
  default     = "live-viewer-profiles"

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{1,255}$", var.source_group))
    error_message = "`source_group` must be letters, digits, dots, hyphens and underscores."
  }
}

variable "recovery_partitions" {
  description = "Files of the recovery store, written side by side; decided when a store is made."
  type        = number
  default     = 8

  validation {
    condition     = var.recovery_partitions >= 1 && var.recovery_partitions <= 128 && floor(var.recovery_partitions) == var.recovery_partitions
    error_message = "`recovery_partitions` must be a whole number, 1 to 128: there are 128 shards."
  }
}

variable "recovery_folder" {
  description = "Folder of the recovery store: another one begins with an empty store, and an old or a restored one goes on from there."
  type        = string
  default     = "recovery-1"

  validation {
    condition     = length(var.recovery_folder) > 0
    error_message = "`recovery_folder` must not be empty."
  }
}

variable "snapshot_interval_s" {
  description = "Seconds of an epoch. The state of each viewer is written to EFS, which costs by the byte, once in eight of them (`SNAPSHOT_EPOCHS`), and a restart repeats as many; what the flow writes does not wait for it."
  type        = number
  default     = 5

  validation {
    condition     = var.snapshot_interval_s >= 1 && var.snapshot_interval_s <= 600
    error_message = "`snapshot_interval_s` must be 1 to 600."
  }
}

variable "backup_window_s" {
  description = "How much longer than needed snapshots are kept: the files of a backup may be copied so far apart in time."
  type        = number
  default     = 600

  validation {
    condition     = var.backup_window_s >= 0 && var.backup_window_s <= 86400
    error_message = "`backup_window_s` must be 0 to 86400."
  }
}

variable "backup_retention_days" {
  description = "Days that the hourly backups of the recovery store are kept. One older than the source topic's retention is of no use."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_retention_days >= 1
    error_message = "`backup_retention_days` must be at least 1."
  }
}

variable "metrics_image" {
  description = "Image of the collector that brings the flow's metrics to CloudWatch."
  type        = string
  default     = "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3"

  validation {
    condition     = can(regex("(:[^:/]+|@sha256:[0-9a-f]{64})$", var.metrics_image)) && !endswith(var.metrics_image, ":latest")
    error_message = "`metrics_image` must name a version, other than latest."
  }
}

variable "metrics_namespace" {
  description = "Namespace of the flow's metrics in CloudWatch."
  type        = string
  default     = "LiveViewerProfiles"

  validation {
    condition     = can(regex("^[A-Za-z0-9/_.-]{1,255}$", var.metrics_namespace)) && !startswith(var.metrics_namespace, "AWS/")
    error_message = "`metrics_namespace` must be letters, digits and /_.- and must not begin with AWS/."
  }
}

# The one place that says what the flow's own metrics are called.
variable "metric_names" {
  description = "Names of the flow's metrics at its endpoint, by what they say; these and no others go to CloudWatch. Dead letters are one outcome of many."
  type = object({
    events       = optional(string, "live_viewers_messages_received_total")
    dead_letters = optional(string, "live_viewers_events_total")
    lag_seconds  = optional(string, "live_viewers_lag_seconds")
    lag_messages = optional(string, "live_viewers_lag_messages")
    throttles    = optional(string, "live_viewers_sink_throttles_total")
    viewers      = optional(string, "live_viewers_viewers")
  })
  default = {}

  validation {
    condition     = alltrue([for name in values(var.metric_names) : can(regex("^[a-zA-Z_:][a-zA-Z0-9_:]*$", name))])
    error_message = "`metric_names` must be names of Prometheus metrics."
  }
}
