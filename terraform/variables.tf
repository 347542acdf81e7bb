variable "name" {
  description = "Name of the system; what it makes begins with it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "`name` must be 3 to 20 small letters, digits and hyphens, a letter first, no hyphen last."
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
  description = "Zones to run in."
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

variable "deletion_protection" {
  description = "Whether tables and load balancers must be unlocked before they can be deleted, and images and access logs deleted by hand."
  type        = bool
  default     = true
}

variable "accept_limited_use_license" {
  description = "Whether you accept Snowplow's limited use licence, https://docs.snowplow.io/limited-use-license-1.1/."
  type        = bool

  validation {
    condition     = var.accept_limited_use_license
    error_message = "`accept_limited_use_license` must be true; read the licence first, or see examples/existing-kafka."
  }
}

variable "image_tag" {
  description = "Version of our two images: the tag that they were pushed with."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", var.image_tag)) && var.image_tag != "latest"
    error_message = "`image_tag` must be a tag, other than latest: tags don't move here."
  }
}

variable "table_names" {
  description = "Names of the tables."
  type        = object({ profiles = optional(string, "viewer_profiles"), history = optional(string, "video_events") })
  default     = {}

  validation {
    condition     = var.table_names.profiles != var.table_names.history
    error_message = "`table_names` must differ."
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

variable "partitions" {
  description = "Partitions of the source topic and of the profiles, as the topics task makes them."
  type        = number
  default     = 12

  validation {
    condition     = var.partitions >= 1 && floor(var.partitions) == var.partitions
    error_message = "`partitions` must be a whole number from 1."
  }
}

variable "settings" {
  description = "More settings of the flow, by the names of dataflows/settings.py: gaps, lateness, retention and so on."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : can(regex("^[A-Z][A-Z0-9_]+$", name))]) && !anytrue([for name in keys(var.settings) : can(regex("PASSWORD|SECRET", name))])
    error_message = "`settings` must be names in capitals, and no password: that comes from a secret."
  }
}

variable "kafka" {
  description = "Size of the Kafka cluster, and how often Snowbridge's password was changed."
  type = object({
    broker_instance_type   = optional(string, "kafka.m7g.large")
    brokers_per_zone       = optional(number, 1)
    broker_volume_gib      = optional(number, 100)
    scram_password_version = optional(number, 1)
  })
  default = {}

  validation {
    condition     = var.kafka.brokers_per_zone >= 1
    error_message = "`kafka.brokers_per_zone` must be at least 1."
  }
}

variable "snowbridge_password" {
  description = "Snowbridge's password on Kafka; read only when `kafka.scram_password_version` is raised, and kept in Secrets Manager alone."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = var.snowbridge_password == null || can(regex("^[A-Za-z0-9+/=_-]{16,128}$", var.snowbridge_password))
    error_message = "`snowbridge_password` must be 16 to 128 letters, digits and +/=_-."
  }
}

variable "collector" {
  description = "Certificate of the collector's domain, who may come to it, and the size of Snowplow's programs; see modules/collector-pipeline."
  type = object({
    certificate_arn     = string
    allowed_cidr_blocks = optional(list(string), ["0.0.0.0/0"])
    web_acl_arn         = optional(string)
    images              = optional(object({ collector = optional(string), enrich = optional(string), snowbridge = optional(string), prepare = optional(string) }), {})
    sizes = optional(object({
      collector  = optional(object({ cpu = optional(number), memory_mib = optional(number), count = optional(number), most = optional(number) }))
      enrich     = optional(object({ cpu = optional(number), memory_mib = optional(number), count = optional(number), most = optional(number) }))
      snowbridge = optional(object({ cpu = optional(number), memory_mib = optional(number), count = optional(number), most = optional(number) }))
    }), {})
  })

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:acm:", var.collector.certificate_arn))
    error_message = "`collector.certificate_arn` must be the ARN of a certificate of ACM."
  }
}

variable "dataflow" {
  description = "Size of the flow, and whether it runs; see modules/dataflow."
  type = object({
    processes       = optional(number, 2)
    running         = optional(bool, true)
    cpu             = optional(number, 2048)
    memory_mib      = optional(number, 4096)
    recovery_folder = optional(string, "recovery-1")
  })
  default = {}

  validation {
    condition     = var.dataflow.processes >= 1 && var.dataflow.processes <= var.partitions
    error_message = "`dataflow.processes` must be 1 to `partitions`."
  }
}

variable "dashboard" {
  description = "Domain and certificate of the dashboard, who may come to it, who says who they are, and its size; see modules/dashboard."
  type = object({
    domain              = string
    certificate_arn     = string
    allowed_cidr_blocks = optional(list(string), ["0.0.0.0/0"])
    web_acl_arn         = optional(string)
    tasks               = optional(number, 2)
    cpu                 = optional(number, 1024)
    memory_mib          = optional(number, 4096)
    oidc = object({
      issuer                 = string
      authorization_endpoint = string
      token_endpoint         = string
      user_info_endpoint     = string
      client_id              = string
      client_secret_arn      = string
      scope                  = optional(string, "openid email")
      session_timeout_s      = optional(number, 43200)
    })
  })

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:acm:", var.dashboard.certificate_arn))
    error_message = "`dashboard.certificate_arn` must be the ARN of a certificate of ACM."
  }

  validation {
    condition     = var.dashboard.oidc != null
    error_message = "`dashboard.oidc` must be given: the dashboard shows who watches what."
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

variable "alarm_thresholds" {
  description = "When alarms start; see modules/observability."
  type = object({
    lag_s                     = optional(number, 60)
    no_events_minutes         = optional(number, 10)
    dead_letters_in_5_minutes = optional(number, 100)
    errors_in_5_minutes       = optional(number, 10)
  })
  default = {}

  validation {
    condition     = alltrue([for threshold in values(var.alarm_thresholds) : threshold >= 0])
    error_message = "`alarm_thresholds` must not be negative."
  }
}
