output "collector_dns_name" {
  description = "Name to point the collector's domain at."
  value       = module.live_viewers.collector_dns_name
}

output "dashboard_dns_name" {
  description = "Name to point the dashboard's domain at."
  value       = module.live_viewers.dashboard_dns_name
}

output "dashboard_callback_url" {
  description = "Where the identity provider must let users come back to."
  value       = module.live_viewers.dashboard_callback_url
}

output "repository_urls" {
  description = "Where to push the images."
  value       = module.live_viewers.repository_urls
}

output "run_topics_command" {
  description = "Makes the topics that are missing, before the first start; says how the others differ."
  value       = module.live_viewers.run_topics_command
}

output "cluster_name" {
  description = "Name of the ECS cluster."
  value       = module.live_viewers.cluster_name
}

output "services" {
  description = "Names of the ECS services."
  value       = module.live_viewers.services
}

output "log_groups" {
  description = "Names of the log groups of the flow and of the topics task."
  value       = module.live_viewers.log_groups
}

output "tables" {
  description = "Names of the tables."
  value       = module.live_viewers.tables
}

output "recovery_store" {
  description = "The recovery store: its file system, where its backups are, and the role that restores them."
  value       = module.live_viewers.recovery_store
}

output "kafka" {
  description = "The Kafka cluster's ARN, and its brokers for clients that sign in with IAM."
  value       = module.live_viewers.kafka
}

output "alarm_topic_arn" {
  description = "ARN of the SNS topic that alarms go to."
  value       = module.live_viewers.alarm_topic_arn
}
