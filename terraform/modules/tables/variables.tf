variable "profiles_table" {
  description = "Name of the table of current profiles."
  type        = string
  default     = "viewer_profiles"

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{3,255}$", var.profiles_table))
    error_message = "`profiles_table` must be 3 to 255 letters, digits, dots, hyphens and underscores."
  }
}

variable "history_table" {
  description = "Name of the table of status changes."
  type        = string
  default     = "video_events"

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{3,255}$", var.history_table)) && var.history_table != var.profiles_table
    error_message = "`history_table` must be 3 to 255 letters, digits, dots, hyphens and underscores, and not `profiles_table`."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the tables; null for the key that DynamoDB owns."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "`kms_key_arn` must be the ARN of a KMS key, or null."
  }
}

variable "deletion_protection" {
  description = "Whether a table must be unlocked before it can be deleted."
  type        = bool
  default     = true
}
