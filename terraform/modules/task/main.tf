# Task definitions that share a role and a log group: a service's, or one a process.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html

data "aws_region" "this" {}

locals {
  assume_by_tasks = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  # What is null is left out, as ECS itself does, or every plan would show a change.
  definitions = {
    for key, containers in var.definitions : key => [
      for name, container in containers : {
        for field, value in {
          name                   = name
          image                  = container.image
          essential              = container.essential
          user                   = container.user
          entryPoint             = container.entry_point
          command                = container.command
          stopTimeout            = container.stop_timeout
          readonlyRootFilesystem = true
          environment            = [for k, v in container.environment : { name = k, value = v }]
          secrets                = [for k, v in container.secrets : { name = k, valueFrom = v }]
          portMappings           = [for port in container.ports : { containerPort = port, hostPort = port, protocol = "tcp" }]
          mountPoints            = [for volume, path in container.mounts : { sourceVolume = volume, containerPath = path, readOnly = false }]
          dependsOn              = [for other, condition in container.depends_on : { containerName = other, condition = condition }]
          systemControls         = []
          volumesFrom            = []
          healthCheck = container.health_check == null ? null : {
            command     = container.health_check.command
            interval    = container.health_check.interval_s
            timeout     = container.health_check.timeout_s
            retries     = container.health_check.retries
            startPeriod = container.health_check.start_period_s
          }
          linuxParameters = {
            initProcessEnabled = true
            capabilities       = { drop = ["ALL"] }
          }
          logConfiguration = {
            logDriver = "awslogs"
            options = {
              awslogs-group         = aws_cloudwatch_log_group.this.name
              awslogs-region        = data.aws_region.this.id
              awslogs-stream-prefix = key
              # A slow CloudWatch must not hold the program up.
              mode            = "non-blocking"
              max-buffer-size = "4m"
            }
          }
        } : field => value if value != null
      }
    ]
  }
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:How long is the caller's to say; viewers' names may be in it
  name              = "/ecs/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

################################################################################
# The role of ECS, which starts the containers
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
################################################################################

resource "aws_iam_role" "execution" {
  name               = "${var.name}-execution"
  assume_role_policy = local.assume_by_tasks
}

resource "aws_iam_role_policy" "execution" {
  name = "start"
  role = aws_iam_role.execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for entry in [
      {
        Sid      = "WriteLogs"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
      },
      {
        # The action knows no resource: the token is for the registry.
        Sid      = "SignInToTheRegistry"
        Action   = ["ecr:GetAuthorizationToken"]
        Resource = length(var.repository_arns) == 0 ? [] : ["*"]
      },
      {
        Sid      = "PullImages"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = var.repository_arns
      },
      {
        Sid      = "ReadSecrets"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = var.secret_arns
      },
      {
        Sid       = "DecryptSecrets"
        Action    = ["kms:Decrypt"]
        Resource  = var.secret_key_arns
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${data.aws_region.this.id}.amazonaws.com" } }
      },
    ] : merge(entry, { Effect = "Allow" }) if length(entry.Resource) > 0]
  })
}

################################################################################
# The role of the program itself
################################################################################

resource "aws_iam_role" "task" {
  name               = var.name
  assume_role_policy = local.assume_by_tasks
}

resource "aws_iam_role_policy" "task" {
  name   = "run"
  role   = aws_iam_role.task.id
  policy = jsonencode({ Version = "2012-10-17", Statement = var.statements })
}

################################################################################
# The task definitions
################################################################################

resource "aws_ecs_task_definition" "this" {
  for_each = local.definitions

  family                   = each.key == "this" ? var.name : "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory_mib
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions    = jsonencode(each.value)

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }

  dynamic "volume" {
    for_each = var.scratch_volumes

    content {
      name = volume.value
    }
  }

  dynamic "volume" {
    for_each = var.efs_volumes

    content {
      name = volume.key

      efs_volume_configuration {
        file_system_id     = volume.value.file_system_id
        transit_encryption = "ENABLED"

        authorization_config {
          access_point_id = volume.value.access_point_id
          iam             = "ENABLED"
        }
      }
    }
  }

  # An execution role without its policy can't start a container.
  depends_on = [aws_iam_role_policy.execution, aws_iam_role_policy.task]
}
