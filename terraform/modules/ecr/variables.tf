variable "name" {
  description = "Name of the system; the repositories are called name/image."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "`name` must be 3 to 20 small letters, digits and hyphens, a letter first, no hyphen last."
  }
}

variable "images" {
  description = "Images to keep, a repository each."
  type        = set(string)
  default     = ["dashboard", "dataflow"]

  validation {
    condition     = alltrue([for image in var.images : can(regex("^[a-z0-9]+(?:[._-][a-z0-9]+)*$", image))])
    error_message = "`images` must be names of small letters and digits, with single separators between."
  }
}

variable "images_kept" {
  description = "How many of an image are kept; the oldest go first."
  type        = number
  default     = 30

  validation {
    condition     = var.images_kept >= 2
    error_message = "`images_kept` must be at least 2: the one that runs and the one to roll back to."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the images."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "`kms_key_arn` must be the ARN of a KMS key."
  }
}

variable "force_delete" {
  description = "Whether destroying a repository deletes the images in it."
  type        = bool
  default     = false
}
