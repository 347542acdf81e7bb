output "vpc_id" {
  description = "ID of the VPC."
  value       = aws_vpc.this.id
}

output "cidr_block" {
  description = "The VPC's addresses."
  value       = aws_vpc.this.cidr_block
}

output "public_subnet_ids" {
  description = "IDs of the public subnets, a zone each."
  value       = [for zone in var.availability_zones : aws_subnet.public[zone].id]
}

output "private_subnet_ids" {
  description = "IDs of the private subnets, a zone each; they reach the Internet once this is known."
  value       = [for zone in var.availability_zones : aws_route_table_association.private[zone].subnet_id]

  depends_on = [aws_route.nat, aws_vpc_endpoint.interface]
}
