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

variable "name" {
  description = "Name of the task: of its roles, its family and its log group."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,52}[a-z0-9]$", var.name))
    error_message = "`name` must be 3 to 54 small letters, digits and hyphens, a letter first, no hyphen last."
  }
}

variable "cpu" {
  description = "CPU units of a task; 1024 are one core."
  type        = number

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "`cpu` must be a size of Fargate: 256, 512, 1024, 2048, 4096, 8192 or 16384."
  }
}

variable "memory_mib" {
  description = "Memory of a task."
  type        = number

  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
  validation {
    condition     = var.memory_mib >= 2 * var.cpu && var.memory_mib <= (var.cpu < 4096 ? 8 : 7.5) * var.cpu && (var.memory_mib == 512 || var.memory_mib % (var.cpu < 8192 ? 1024 : var.cpu / 2) == 0)
    error_message = "`memory_mib` must be what Fargate gives to the CPU: 2 to 8 MiB a unit (7.5 from 4096 units on), in whole GiB (4 GiB at 8192 units, 8 at 16384); 512 at 256 units, too."
  }
}

variable "definitions" {
  description = "Containers by name, by the key of their task definition; the key `this` leaves the family its plain name. Every root file system is read only."
  type = map(map(object({
    image        = string
    essential    = optional(bool, true)
    user         = optional(string)
    entry_point  = optional(list(string))
    command      = optional(list(string))
    environment  = optional(map(string), {})
    secrets      = optional(map(string), {})
    ports        = optional(list(number), [])
    mounts       = optional(map(string), {})
    depends_on   = optional(map(string), {})
    stop_timeout = optional(number, 30)
    health_check = optional(object({
      command        = list(string)
      interval_s     = optional(number, 10)
      timeout_s      = optional(number, 5)
      retries        = optional(number, 3)
      start_period_s = optional(number, 60)
    }))
  })))

  validation {
    condition     = length(var.definitions) > 0 && alltrue([for containers in values(var.definitions) : anytrue([for c in values(containers) : c.essential])])
    error_message = "`definitions` must have one entry at least, each with an essential container."
  }
}

variable "statements" {
  description = "What the program may do, as statements of an IAM policy."
  type        = any

  validation {
    condition     = length(var.statements) > 0 && alltrue([for s in var.statements : s.Effect == "Allow" && can(s.Action) && can(s.Resource)])
    error_message = "`statements` must be statements that allow actions on resources, one at least."
  }
}

variable "repository_arns" {
  description = "ARNs of the ECR repositories that the images come from; none for public images."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.repository_arns : can(regex("^arn:aws[a-z-]*:ecr:", arn))])
    error_message = "`repository_arns` must be ARNs of ECR repositories."
  }
}

variable "secret_arns" {
  description = "ARNs of the secrets whose values containers get."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.secret_arns : can(regex("^arn:aws[a-z-]*:secretsmanager:", arn))])
    error_message = "`secret_arns` must be ARNs of secrets."
  }
}

variable "secret_key_arns" {
  description = "ARNs of the KMS keys that encrypt those secrets; none where their policy lets in whoever may read the secret."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.secret_key_arns : can(regex("^arn:aws[a-z-]*:kms:[^:]+:[0-9]+:key/[^/*]+$", arn))])
    error_message = "`secret_key_arns` must be ARNs of KMS keys, not of aliases."
  }
}

variable "scratch_volumes" {
  description = "Names of the volumes that live as long as the task."
  type        = set(string)
  default     = ["scratch"]

  validation {
    condition     = alltrue([for name in var.scratch_volumes : can(regex("^[a-z-]+$", name))])
    error_message = "`scratch_volumes` must be names of small letters and hyphens."
  }
}

variable "efs_volumes" {
  description = "Volumes on EFS, by name; mounted over TLS, as the role of the task."
  type        = map(object({ file_system_id = string, access_point_id = string }))
  default     = {}

  validation {
    condition     = alltrue([for v in values(var.efs_volumes) : startswith(v.file_system_id, "fs-") && startswith(v.access_point_id, "fsap-")])
    error_message = "`efs_volumes` must have IDs of EFS file systems and access points."
  }
}
