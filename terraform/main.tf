# The whole system: pages' events come in at the collector's load balancer, people look at
# the dashboard's, and everything else stays in private subnets.

################################################################################
# What all parts share
################################################################################

module "platform" {
  source = "./modules/platform"

  name               = var.name
  log_retention_days = var.log_retention_days
  force_destroy      = !var.deletion_protection
}

module "network" {
  source = "./modules/network"

  name               = var.name
  cidr_block         = var.cidr_block
  availability_zones = var.availability_zones
  single_nat_gateway = var.single_nat_gateway
  kms_key_arn        = module.platform.kms_key_arn
  log_retention_days = var.log_retention_days
}

module "ecr" {
  source = "./modules/ecr"

  name         = var.name
  kms_key_arn  = module.platform.kms_key_arn
  force_delete = !var.deletion_protection
}

################################################################################
# Where data is
################################################################################

module "tables" {
  source = "./modules/tables"

  profiles_table      = var.table_names.profiles
  history_table       = var.table_names.history
  kms_key_arn         = module.platform.kms_key_arn
  deletion_protection = var.deletion_protection
}

module "stream" {
  source = "./modules/stream"

  name                   = var.name
  vpc_id                 = module.network.vpc_id
  private_subnet_ids     = module.network.private_subnet_ids
  kms_key_arn            = module.platform.kms_key_arn
  log_retention_days     = var.log_retention_days
  broker_instance_type   = var.kafka.broker_instance_type
  brokers_per_zone       = var.kafka.brokers_per_zone
  broker_volume_gib      = var.kafka.broker_volume_gib
  scram_password         = var.snowbridge_password
  scram_password_version = var.kafka.scram_password_version

  iam_clients   = { dataflow = module.dataflow.security_group_id, dashboard = module.dashboard.security_group_id }
  scram_clients = { snowbridge = module.collector_pipeline.security_group_ids.snowbridge }
}

################################################################################
# What runs
################################################################################

module "collector_pipeline" {
  source = "./modules/collector-pipeline"

  name                       = var.name
  accept_limited_use_license = var.accept_limited_use_license
  vpc_id                     = module.network.vpc_id
  public_subnet_ids          = module.network.public_subnet_ids
  private_subnet_ids         = module.network.private_subnet_ids
  cluster_arn                = module.platform.cluster_arn
  kms_key_arn                = module.platform.kms_key_arn
  log_retention_days         = var.log_retention_days
  access_logs_bucket         = module.platform.access_logs_bucket
  deletion_protection        = var.deletion_protection
  certificate_arn            = var.collector.certificate_arn
  allowed_cidr_blocks        = var.collector.allowed_cidr_blocks
  web_acl_arn                = var.collector.web_acl_arn
  images                     = var.collector.images
  sizes                      = var.collector.sizes
  kinesis_streams            = module.stream.kinesis_streams
  bootstrap_servers          = module.stream.bootstrap_servers_scram
  scram_secret_arn           = module.stream.scram_secret_arn
  kafka_cidr_blocks          = [var.cidr_block]
  source_topic               = var.topics.source
}

locals {
  kafka = {
    bootstrap_servers = module.stream.bootstrap_servers_iam
    cluster_arn       = module.stream.cluster_arn
    cidr_blocks       = [var.cidr_block]
  }
  tables = { profiles = module.tables.profiles, history = module.tables.history }
}

module "dataflow" {
  source = "./modules/dataflow"

  name               = var.name
  vpc_id             = module.network.vpc_id
  private_subnet_ids = module.network.private_subnet_ids
  cluster_arn        = module.platform.cluster_arn
  kms_key_arn        = module.platform.kms_key_arn
  log_retention_days = var.log_retention_days
  image              = "${module.ecr.repository_urls.dataflow}:${var.image_tag}"
  repository_arns    = [module.ecr.repository_arns.dataflow]
  kafka              = local.kafka
  tables             = local.tables
  topics             = var.topics
  settings           = var.settings
  partitions         = var.partitions
  processes          = var.dataflow.processes
  running            = var.dataflow.running
  cpu                = var.dataflow.cpu
  memory_mib         = var.dataflow.memory_mib
  recovery_folder    = var.dataflow.recovery_folder
}

module "dashboard" {
  source = "./modules/dashboard"

  name                = var.name
  vpc_id              = module.network.vpc_id
  public_subnet_ids   = module.network.public_subnet_ids
  private_subnet_ids  = module.network.private_subnet_ids
  cluster_arn         = module.platform.cluster_arn
  kms_key_arn         = module.platform.kms_key_arn
  log_retention_days  = var.log_retention_days
  access_logs_bucket  = module.platform.access_logs_bucket
  deletion_protection = var.deletion_protection
  image               = "${module.ecr.repository_urls.dashboard}:${var.image_tag}"
  repository_arns     = [module.ecr.repository_arns.dashboard]
  kafka               = local.kafka
  tables              = local.tables
  topics              = var.topics
  domain              = var.dashboard.domain
  certificate_arn     = var.dashboard.certificate_arn
  oidc                = var.dashboard.oidc
  allowed_cidr_blocks = var.dashboard.allowed_cidr_blocks
  web_acl_arn         = var.dashboard.web_acl_arn
  tasks               = var.dashboard.tasks
  cpu                 = var.dashboard.cpu
  memory_mib          = var.dashboard.memory_mib
}

################################################################################
# Who looks after it
################################################################################

module "observability" {
  source = "./modules/observability"

  name         = var.name
  kms_key_arn  = module.platform.kms_key_arn
  alarm_emails = var.alarm_emails
  thresholds   = var.alarm_thresholds
  flow_metrics = module.dataflow.metrics
  tables       = { profiles = module.tables.profiles.name, history = module.tables.history.name }
  cluster_name = module.platform.cluster_name

  services = merge(
    { for key, service in module.dataflow.services : "dataflow-${key}" => service },
    module.collector_pipeline.services,
    { dashboard = module.dashboard.service },
  )

  read_streams = {
    raw-good      = module.stream.kinesis_streams["raw-good"].name
    enriched-good = module.stream.kinesis_streams["enriched-good"].name
  }

  load_balancers = {
    collector = module.collector_pipeline.load_balancer
    dashboard = module.dashboard.load_balancer
  }

  kafka = {
    cluster_name = module.stream.cluster_name
    brokers      = var.kafka.brokers_per_zone * length(var.availability_zones)
  }
}
