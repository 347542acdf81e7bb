output "security_group_id" {
  description = "ID of the security group of the processes and the topics task."
  value       = aws_security_group.this.id
}

output "services" {
  description = "Names of the ECS services, by the number of the process."
  value       = { for key, service in aws_ecs_service.this : key => service.name }
}

output "log_groups" {
  description = "Names of the log groups of the flow and of the topics task."
  value       = { dataflow = module.task.log_group.name, topics = module.topics.log_group.name }
}

output "run_topics_command" {
  description = "Makes the topics that are missing, before the first start; says how the others differ."
  value = join(" ", [
    "aws ecs run-task",
    "--cluster ${var.cluster_arn}",
    "--task-definition ${module.topics.families.this}",
    "--launch-type FARGATE",
    "--network-configuration 'awsvpcConfiguration={subnets=[${join(",", var.private_subnet_ids)}],securityGroups=[${aws_security_group.this.id}],assignPublicIp=DISABLED}'",
    "--query 'tasks[0].taskArn' --output text",
  ])
}

output "metrics" {
  description = "Namespace, dimensions and names of the flow's metrics in CloudWatch."
  value = {
    namespace  = var.metrics_namespace
    dimensions = { flow = var.name }
    names      = var.metric_names
  }
}

output "recovery_store" {
  description = "The recovery store: its file system, where its backups are, and the role that restores them."
  value = {
    file_system_id  = module.recovery_store.file_system_id
    backup_vault    = module.recovery_store.backup_vault
    backup_role_arn = module.recovery_store.backup_role_arn
  }
}
