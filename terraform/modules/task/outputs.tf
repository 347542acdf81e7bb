output "task_definition_arns" {
  description = "ARN of each task definition, revision included, by its key."
  value       = { for key, definition in aws_ecs_task_definition.this : key => definition.arn }
}

output "families" {
  description = "Family of each task definition, by its key."
  value       = { for key, definition in aws_ecs_task_definition.this : key => definition.family }
}

output "log_group" {
  description = "Name and ARN of the log group."
  value       = { name = aws_cloudwatch_log_group.this.name, arn = aws_cloudwatch_log_group.this.arn }
}

output "role_arn" {
  description = "ARN of the role that the program has."
  value       = aws_iam_role.task.arn
}
