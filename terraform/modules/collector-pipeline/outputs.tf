output "dns_name" {
  description = "Name of the load balancer, to point the collector's domain at."
  value       = module.load_balancer.dns_name
}

output "zone_id" {
  description = "Hosted zone of that name, for the alias record."
  value       = module.load_balancer.zone_id
}

output "load_balancer" {
  description = "What CloudWatch calls the load balancer and its target group."
  value       = module.load_balancer.metric_dimensions
}

output "security_group_ids" {
  description = "ID of each program's security group."
  value       = { for name, group in aws_security_group.this : name => group.id }
}

output "services" {
  description = "Name of each ECS service."
  value       = { for name, service in aws_ecs_service.this : name => service.name }
}
