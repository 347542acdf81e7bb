# Where the flow keeps its state and its place, and the backups of that.

################################################################################
# Recovery store
# https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
################################################################################

resource "aws_efs_file_system" "this" {
  creation_token  = var.name
  encrypted       = true
  kms_key_id      = var.kms_key_arn
  throughput_mode = "elastic"

  tags = { Name = var.name }
}

resource "aws_efs_access_point" "this" {
  file_system_id = aws_efs_file_system.this.id

  posix_user {
    uid = var.uid
    gid = var.uid
  }

  root_directory {
    path = "/${var.folder}"

    creation_info {
      owner_uid   = var.uid
      owner_gid   = var.uid
      permissions = "0700"
    }
  }

  tags = { Name = var.name }
}

resource "aws_security_group" "this" {
  name        = "${var.name}-store"
  description = "Recovery store, from its client"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id            = aws_security_group.this.id
  description                  = "NFS from its client"
  referenced_security_group_id = var.client_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}

resource "aws_efs_mount_target" "this" {
  count = length(var.private_subnet_ids)

  file_system_id  = aws_efs_file_system.this.id
  subnet_id       = var.private_subnet_ids[count.index]
  security_groups = [aws_security_group.this.id]
}

resource "aws_efs_file_system_policy" "this" {
  file_system_id = aws_efs_file_system.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TheClient"
        Effect    = "Allow"
        Principal = { AWS = var.client_role_arn }
        Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        Resource  = aws_efs_file_system.this.arn
        Condition = { StringEquals = { "elasticfilesystem:AccessPointArn" = aws_efs_access_point.this.arn } }
      },
      {
        # A denial may be as wide as it likes.
        Sid       = "NothingWithoutTls"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "*"
        Resource  = aws_efs_file_system.this.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

################################################################################
# Backup of the store
# https://docs.aws.amazon.com/aws-backup/latest/devguide/whatisbackup.html
################################################################################

resource "aws_backup_vault" "this" {
  name        = var.name
  kms_key_arn = var.kms_key_arn
}

resource "aws_backup_plan" "this" {
  name = var.name

  rule {
    rule_name         = "hourly"
    target_vault_name = aws_backup_vault.this.name
    schedule          = "cron(15 * * * ? *)"

    lifecycle {
      delete_after = var.backup_retention_days
    }
  }
}

resource "aws_iam_role" "backup" {
  name = "${var.name}-backup"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "backup.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "backup" {
  name = "back-up-and-restore"
  role = aws_iam_role.backup.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadTheStore"
        Effect   = "Allow"
        Action   = ["elasticfilesystem:Backup", "elasticfilesystem:DescribeTags"]
        Resource = aws_efs_file_system.this.arn
      },
      {
        Sid      = "RestoreTheStore"
        Effect   = "Allow"
        Action   = ["elasticfilesystem:DescribeFileSystems", "elasticfilesystem:Restore"]
        Resource = aws_efs_file_system.this.arn
      },
      {
        Sid      = "WriteTheVault"
        Effect   = "Allow"
        Action   = ["backup:DescribeBackupVault", "backup:CopyIntoBackupVault"]
        Resource = aws_backup_vault.this.arn
      },
    ]
  })
}

resource "aws_backup_selection" "this" {
  name         = var.name
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.backup.arn
  resources    = [aws_efs_file_system.this.arn]
}
