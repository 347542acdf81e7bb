# Only the flow, its tables and the dashboard, beside a pipeline that is there already:
# a Kafka cluster (MSK or any other) with a topic of enriched events, and a VPC.
#
# Here Kafka takes a password over TLS; for MSK with IAM, name `cluster_arn` instead of
# `password_secret_arn` and leave the mechanism out.

provider "aws" {
  region = var.region

  default_tags {
    tags = { System = "live-viewers" }
  }
}

locals {
  name = "live-viewers"

  kafka = {
    bootstrap_servers   = var.kafka.bootstrap_servers
    sasl_mechanism      = "SCRAM-SHA-512"
    password_secret_arn = var.kafka.password_secret_arn
    password_key_arn    = var.kafka.password_key_arn
    port                = var.kafka.port
    cidr_blocks         = var.kafka.cidr_blocks
  }

  tables = { profiles = module.tables.profiles, history = module.tables.history }
  topics = { source = var.kafka.source_topic }
}

module "platform" {
  source = "../../modules/platform"

  name = local.name
}

module "ecr" {
  source = "../../modules/ecr"

  name        = local.name
  kms_key_arn = module.platform.kms_key_arn
}

module "tables" {
  source = "../../modules/tables"

  kms_key_arn = module.platform.kms_key_arn
}

module "dataflow" {
  source = "../../modules/dataflow"

  name               = local.name
  vpc_id             = var.vpc.id
  private_subnet_ids = var.vpc.private_subnet_ids
  cluster_arn        = module.platform.cluster_arn
  kms_key_arn        = module.platform.kms_key_arn
  image              = "${module.ecr.repository_urls.dataflow}:${var.image_tag}"
  repository_arns    = [module.ecr.repository_arns.dataflow]
  kafka              = local.kafka
  tables             = local.tables
  topics             = local.topics
  processes          = 1
}

module "dashboard" {
  source = "../../modules/dashboard"

  name               = local.name
  vpc_id             = var.vpc.id
  public_subnet_ids  = var.vpc.public_subnet_ids
  private_subnet_ids = var.vpc.private_subnet_ids
  cluster_arn        = module.platform.cluster_arn
  kms_key_arn        = module.platform.kms_key_arn
  access_logs_bucket = module.platform.access_logs_bucket
  image              = "${module.ecr.repository_urls.dashboard}:${var.image_tag}"
  repository_arns    = [module.ecr.repository_arns.dashboard]
  kafka              = local.kafka
  tables             = local.tables
  topics             = local.topics
  domain             = var.dashboard_domain
  certificate_arn    = var.dashboard_certificate_arn
  oidc               = var.oidc
}
