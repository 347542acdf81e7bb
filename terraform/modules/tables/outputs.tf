output "profiles" {
  description = "Name and ARN of the table of current profiles."
  value       = { name = aws_dynamodb_table.this["profiles"].name, arn = aws_dynamodb_table.this["profiles"].arn }
}

output "history" {
  description = "Name and ARN of the table of status changes."
  value       = { name = aws_dynamodb_table.this["history"].name, arn = aws_dynamodb_table.this["history"].arn }
}
