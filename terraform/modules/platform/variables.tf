variable "name" {
  description = "Name of the system; what it makes begins with it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "`name` must be 3 to 20 small letters, digits and hyphens, a letter first, no hyphen last."
  }
}

variable "log_retention_days" {
  description = "Days that access logs are kept."
  type        = number
  default     = 90

  validation {
    condition     = var.log_retention_days >= 1
    error_message = "`log_retention_days` must be at least 1."
  }
}

variable "key_deletion_window_days" {
  description = "Days between the order to delete the key and its end; with it ends all that it encrypts."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_window_days >= 7 && var.key_deletion_window_days <= 30
    error_message = "`key_deletion_window_days` must be 7 to 30."
  }
}

variable "force_destroy" {
  description = "Whether destroying the bucket deletes the access logs in it."
  type        = bool
  default     = false
}
