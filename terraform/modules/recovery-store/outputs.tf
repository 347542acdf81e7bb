output "file_system_id" {
  description = "ID of the file system."
  value       = aws_efs_file_system.this.id
}

output "file_system_arn" {
  description = "ARN of the file system."
  value       = aws_efs_file_system.this.arn
}

output "access_point_id" {
  description = "ID of the access point, which is the folder."
  value       = aws_efs_access_point.this.id
}

output "access_point_arn" {
  description = "ARN of the access point."
  value       = aws_efs_access_point.this.arn
}

output "security_group_id" {
  description = "ID of the security group of the file system."
  value       = aws_security_group.this.id
}

output "backup_vault" {
  description = "Name of the vault that has the backups."
  value       = aws_backup_vault.this.name
}

output "backup_role_arn" {
  description = "ARN of the role that makes and restores backups."
  value       = aws_iam_role.backup.arn
}
