output "collector_dns_name" {
  description = "Name to point the collector's domain at."
  value       = module.collector_pipeline.dns_name
}

output "dashboard_dns_name" {
  description = "Name to point the dashboard's domain at."
  value       = module.dashboard.dns_name
}

output "dashboard_callback_url" {
  description = "Where the identity provider must let users come back to."
  value       = module.dashboard.callback_url
}

output "repository_urls" {
  description = "Where to push the images."
  value       = module.ecr.repository_urls
}

output "run_topics_command" {
  description = "Makes the topics that are missing, before the first start; says how the others differ."
  value       = module.dataflow.run_topics_command
}

output "cluster_name" {
  description = "Name of the ECS cluster."
  value       = module.platform.cluster_name
}

output "services" {
  description = "Names of the ECS services."
  value = merge(
    { for key, service in module.dataflow.services : "dataflow-${key}" => service },
    module.collector_pipeline.services,
    { dashboard = module.dashboard.service },
  )
}

output "log_groups" {
  description = "Names of the log groups of the flow and of the topics task."
  value       = module.dataflow.log_groups
}

output "tables" {
  description = "Names of the tables."
  value       = { profiles = module.tables.profiles.name, history = module.tables.history.name }
}

output "recovery_store" {
  description = "The recovery store: its file system, where its backups are, and the role that restores them."
  value       = module.dataflow.recovery_store
}

output "kafka" {
  description = "The Kafka cluster's ARN, and its brokers for clients that sign in with IAM."
  value       = { cluster_arn = module.stream.cluster_arn, bootstrap_servers = module.stream.bootstrap_servers_iam }
}

output "alarm_topic_arn" {
  description = "ARN of the SNS topic that alarms go to."
  value       = module.observability.alarm_topic_arn
}
