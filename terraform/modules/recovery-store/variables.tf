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

variable "name" {
  description = "Name of the store."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,48}[a-z0-9]$", var.name))
    error_message = "`name` must be 3 to 50 small letters, digits and hyphens, a letter first, no hyphen last."
  }
}

variable "folder" {
  description = "Folder of the recovery store: another one begins with an empty store, and an old or a restored one goes on from there."
  type        = string
  default     = "recovery-1"

  # https://docs.aws.amazon.com/efs/latest/ug/limits.html
  validation {
    condition     = can(regex("^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,3}$", var.folder)) && length(var.folder) < 100
    error_message = "`folder` must be a path of at most four names and 99 characters, without a slash in front."
  }
}

variable "uid" {
  description = "Number of the user and group that own the folder, whoever the client is there."
  type        = number

  validation {
    condition     = var.uid > 0
    error_message = "`uid` must be greater than 0: root would own everything."
  }
}

variable "client_role_arn" {
  description = "ARN of the role that may mount the folder."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]+:role/", var.client_role_arn))
    error_message = "`client_role_arn` must be the ARN of a role."
  }
}

variable "client_security_group_id" {
  description = "ID of the security group that may reach the file system."
  type        = string

  validation {
    condition     = startswith(var.client_security_group_id, "sg-")
    error_message = "`client_security_group_id` must be the ID of a security group."
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
