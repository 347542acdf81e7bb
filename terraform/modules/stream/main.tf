# Kafka, which the flow reads and writes, and Kinesis, which Snowplow's pipeline does.

locals {
  # IAM for our own programs; SCRAM for Snowbridge, which knows no IAM.
  ports = { iam = 9098, scram = 9096 }

  rules = merge(
    { for name, id in var.iam_clients : "${name} iam" => { client = name, group = id, port = local.ports.iam } },
    { for name, id in var.scram_clients : "${name} scram" => { client = name, group = id, port = local.ports.scram } },
  )
}

################################################################################
# MSK
# https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html
################################################################################

resource "aws_security_group" "this" {
  name        = "${var.name}-kafka"
  description = "Kafka brokers, from the named clients"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = local.rules

  security_group_id            = aws_security_group.this.id
  description                  = "Kafka from ${each.value.client}"
  referenced_security_group_id = each.value.group
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:How long is the caller's to say
  name              = "/${var.name}/kafka"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_msk_configuration" "this" {
  name           = var.name
  kafka_versions = [var.kafka_version]

  # Topics are made with their settings by the topics task, not by whoever asks first.
  # Two of three replicas have what is acknowledged. A snapshot of the flow must not find
  # the source gone: a week is the longest stop that it survives.
  server_properties = <<-PROPERTIES
    auto.create.topics.enable=false
    default.replication.factor=${min(3, length(var.private_subnet_ids))}
    min.insync.replicas=${min(3, length(var.private_subnet_ids)) - 1}
    unclean.leader.election.enable=false
    log.retention.hours=${var.retention_hours}
    message.max.bytes=12648448
    replica.fetch.max.bytes=12648448
  PROPERTIES

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_msk_cluster" "this" {
  cluster_name           = var.name
  kafka_version          = var.kafka_version
  number_of_broker_nodes = var.brokers_per_zone * length(var.private_subnet_ids)
  enhanced_monitoring    = "PER_BROKER"

  broker_node_group_info {
    instance_type   = var.broker_instance_type
    client_subnets  = var.private_subnet_ids
    security_groups = [aws_security_group.this.id]

    storage_info {
      ebs_storage_info {
        volume_size = var.broker_volume_gib
      }
    }
  }

  client_authentication {
    unauthenticated = false

    sasl {
      iam   = true
      scram = true
    }
  }

  configuration_info {
    arn      = aws_msk_configuration.this.arn
    revision = aws_msk_configuration.this.latest_revision
  }

  encryption_info {
    encryption_at_rest_kms_key_arn = var.kms_key_arn

    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }

  logging_info {
    broker_logs {
      cloudwatch_logs {
        enabled   = true
        log_group = aws_cloudwatch_log_group.this.name
      }
    }
  }

  lifecycle {
    # Storage grows by itself, and never shrinks.
    ignore_changes = [broker_node_group_info[0].storage_info[0].ebs_storage_info[0].volume_size]
  }
}

# https://docs.aws.amazon.com/msk/latest/developerguide/msk-autoexpand.html
resource "aws_appautoscaling_target" "storage" {
  service_namespace  = "kafka"
  scalable_dimension = "kafka:broker-storage:VolumeSize"
  resource_id        = aws_msk_cluster.this.arn
  min_capacity       = 1
  max_capacity       = var.broker_volume_most_gib
}

resource "aws_appautoscaling_policy" "storage" {
  name               = "${var.name}-broker-storage"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.storage.service_namespace
  scalable_dimension = aws_appautoscaling_target.storage.scalable_dimension
  resource_id        = aws_appautoscaling_target.storage.resource_id

  target_tracking_scaling_policy_configuration {
    target_value     = 60
    disable_scale_in = true

    predefined_metric_specification {
      predefined_metric_type = "KafkaBrokerStorageUtilization"
    }
  }
}

################################################################################
# Snowbridge's password
# https://docs.aws.amazon.com/msk/latest/developerguide/msk-password.html
################################################################################

resource "aws_secretsmanager_secret" "scram" {
  #checkov:skip=CKV2_AWS_57:Rotated by the runbook, for MSK offers no function that could
  # MSK takes only secrets that are called so, and only under a key that is ours.
  name                    = "AmazonMSK_${var.name}_snowbridge"
  description             = "User and password of Snowbridge on Kafka"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = 7
}

# Written to Secrets Manager and nowhere else: neither plan nor state has the password.
resource "aws_secretsmanager_secret_version" "scram" {
  secret_id                = aws_secretsmanager_secret.scram.id
  secret_string_wo         = jsonencode({ username = "snowbridge", password = var.scram_password })
  secret_string_wo_version = var.scram_password_version
}

resource "aws_secretsmanager_secret_policy" "scram" {
  secret_arn = aws_secretsmanager_secret.scram.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "KafkaReadsThePassword"
      Effect    = "Allow"
      Principal = { Service = "kafka.amazonaws.com" }
      Action    = "secretsmanager:GetSecretValue"
      # In a secret's policy, the secret itself.
      Resource = "*"
    }]
  })
}

resource "aws_msk_single_scram_secret_association" "this" {
  cluster_arn = aws_msk_cluster.this.arn
  secret_arn  = aws_secretsmanager_secret_version.scram.arn

  depends_on = [aws_secretsmanager_secret_policy.scram]
}

################################################################################
# Kinesis
# https://docs.snowplow.io/docs/pipeline/
################################################################################

resource "aws_kinesis_stream" "this" {
  for_each = toset(["raw-good", "raw-bad", "enriched-good", "enriched-failed", "enriched-bad"])

  name             = "${var.name}-${each.key}"
  retention_period = var.kinesis_retention_hours
  encryption_type  = "KMS"
  kms_key_id       = var.kms_key_arn

  stream_mode_details {
    stream_mode = "ON_DEMAND"
  }
}
