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

variable "alarm_emails" {
  description = "Who gets a mail when an alarm starts or ends; each must agree once."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "`alarm_emails` must be mail addresses."
  }
}

variable "flow_metrics" {
  description = "Namespace, dimensions and names of the flow's metrics, as the dataflow module says them."
  type = object({
    namespace  = string
    dimensions = map(string)
    names      = map(string)
  })

  validation {
    condition     = alltrue([for key in ["events", "dead_letters", "lag_seconds", "lag_messages", "throttles", "viewers"] : contains(keys(var.flow_metrics.names), key)])
    error_message = "`flow_metrics.names` must have events, dead_letters, lag_seconds, lag_messages, throttles and viewers."
  }
}

variable "tables" {
  description = "Names of the tables to watch, by what they hold."
  type        = map(string)

  validation {
    condition     = alltrue([for table in values(var.tables) : can(regex("^[A-Za-z0-9._-]{3,255}$", table))])
    error_message = "`tables` must be names of DynamoDB tables."
  }
}

variable "cluster_name" {
  description = "Name of the ECS cluster."
  type        = string

  validation {
    condition     = length(var.cluster_name) > 0
    error_message = "`cluster_name` must not be empty."
  }
}

variable "services" {
  description = "Names of the ECS services that must run, by what they are called here."
  type        = map(string)

  validation {
    condition     = length(var.services) > 0
    error_message = "`services` must have one at least."
  }
}

variable "read_streams" {
  description = "Names of the Kinesis streams whose readers must keep up, by what they carry."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for stream in values(var.read_streams) : can(regex("^[A-Za-z0-9._-]{1,128}$", stream))])
    error_message = "`read_streams` must be names of Kinesis streams."
  }
}

variable "load_balancers" {
  description = "What CloudWatch calls each load balancer and its target group."
  type        = map(object({ LoadBalancer = string, TargetGroup = string }))
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.load_balancers) : can(regex("^[a-z-]+$", key))])
    error_message = "`load_balancers` must have keys of small letters and hyphens."
  }
}

variable "kafka" {
  description = "The MSK cluster to watch; null if there is none."
  type        = object({ cluster_name = string, brokers = number })
  default     = null

  validation {
    condition     = try(var.kafka.brokers >= 1, var.kafka == null)
    error_message = "`kafka.brokers` must be at least 1."
  }
}

variable "thresholds" {
  description = "When an alarm starts."
  type = object({
    lag_s                     = optional(number, 60)
    no_events_minutes         = optional(number, 10)
    dead_letters_in_5_minutes = optional(number, 100)
    errors_in_5_minutes       = optional(number, 10)
  })
  default = {}

  validation {
    condition     = alltrue([for threshold in values(var.thresholds) : threshold >= 0]) && var.thresholds.no_events_minutes >= 5
    error_message = "`thresholds` must not be negative, and `no_events_minutes` must be at least 5."
  }
}
