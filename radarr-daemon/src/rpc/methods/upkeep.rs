//! Backups, the check of the storage, the key of the secrets.

use radarr_proto::error::ApiResult;
use radarr_proto::request::{
    BackupFile, BackupPart, ReadBackup, RotatedSecrets, VerifyReport, VerifyStorage,
};
use tracing::info;

use crate::rpc::call::Call;
use crate::verify;

/// The backups in the daemon's folder, newest first.
pub async fn backups(call: Call) -> ApiResult<Vec<BackupFile>> {
    Ok(call.calls.backups.list().await?)
}

/// Writes a backup into the daemon's folder.
pub async fn create_backup(call: Call) -> ApiResult<BackupFile> {
    let flow = call.flow();
    let (file, _) = call.calls.backups.create(&flow.store, flow.outside.keeper(), call.now()).await?;
    info!(name = %file.name, bytes = file.size_bytes, "a backup was written");
    Ok(file)
}

/// A part of a backup.
pub async fn read_backup(call: Call, request: ReadBackup) -> ApiResult<BackupPart> {
    Ok(call.calls.backups.read(request).await?)
}

/// Looks whether the storage is as it should be; mends what it can when asked to.
pub async fn verify_storage(call: Call, request: VerifyStorage) -> ApiResult<VerifyReport> {
    let flow = call.flow();
    let report = verify::verify(&flow.store, flow.outside.keeper(), request, call.now()).await?;
    info!(findings = report.findings.len(), deep = request.deep, "the storage was checked");
    Ok(report)
}

/// Encrypts all stored secrets with a new key.
pub async fn rotate_secrets(call: Call) -> ApiResult<RotatedSecrets> {
    let flow = call.flow();
    flow.outside.keeper().rotate(&flow.store, flow.queue.owner(), call.now()).await.map_err(Into::into)
}
