output "dns_name" {
  description = "Name of the load balancer, to point the domain at."
  value       = module.load_balancer.dns_name
}

output "zone_id" {
  description = "Hosted zone of that name, for the alias record."
  value       = module.load_balancer.zone_id
}

output "callback_url" {
  description = "Where the identity provider must let users come back to."
  value       = "https://${var.domain}/oauth2/idpresponse"
}

output "load_balancer" {
  description = "What CloudWatch calls the load balancer and its target group."
  value       = module.load_balancer.metric_dimensions
}

output "security_group_id" {
  description = "ID of the tasks' security group."
  value       = aws_security_group.this.id
}

output "service" {
  description = "Name of the ECS service."
  value       = aws_ecs_service.this.name
}
