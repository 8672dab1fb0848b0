/* Stands between a program and its disk (LD_PRELOAD): records what it writes below a folder and what it syncs, in the
 * order in which that ended, and lets it fail where a test says so.
 *
 *   RADARR_DISK_FOLDER  only what lies below it is looked at
 *   RADARR_DISK_RECORD  the file that records go to; without it nothing is recorded
 *   RADARR_DISK_FULL    while a file of that name is there, writes and syncs end as on a full disk
 *
 * What is called without the C library (rustix does so) is not seen: the storage's own files are not among it.
 *
 * A record: one byte for what it is, then the length of the path, an offset and the length of what follows as 64 bits
 * in this machine's order, then path and data. See record.rs, which reads them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder, *full;
static int record_fd = -1;

__attribute__((constructor)) static void begin(void) {
    folder = getenv("RADARR_DISK_FOLDER");
    full = getenv("RADARR_DISK_FULL");
    const char *record = getenv("RADARR_DISK_RECORD");
    if (record) record_fd = syscall(SYS_openat, AT_FDCWD, record, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int is_ours(const char *path) {
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

/* The path of an open file, if it is one that is looked at. */
static int path_of(int fd, char *path, size_t size) {
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, name, path, size - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_ours(path);
}

static void absolute(int at, const char *name, char *path, size_t size) {
    path[0] = 0;
    if (name[0] != '/' && at == AT_FDCWD) {
        if (syscall(SYS_getcwd, path, size) < 0) path[0] = 0;
    } else if (name[0] != '/' && !path_of(at, path, size)) {
        path[0] = 0;
    }
    size_t used = strlen(path);
    snprintf(path + used, size - used, "%s%s", used ? "/" : "", name);
}

/* Called with the lock held. */
static void note(char what, const char *path, uint64_t offset, const void *data, uint64_t length) {
    if (record_fd < 0) return;
    struct __attribute__((packed)) { char what; uint64_t path, offset, length; } head =
        { what, strlen(path), offset, length };
    struct iovec parts[3] = {
        { &head, sizeof head }, { (void *)path, strlen(path) }, { (void *)data, length },
    };
    if (syscall(SYS_writev, record_fd, parts, 3) < 0) abort();
}

static int is_full(void) {
    if (!full || syscall(SYS_faccessat, AT_FDCWD, full, F_OK) != 0) return 0;
    errno = ENOSPC;
    return 1;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    char path[4096];
    if (!path_of(fd, path, sizeof path)) return syscall(SYS_pwrite64, fd, data, length, offset);
    if (is_full()) return -1;
    pthread_mutex_lock(&lock);
    ssize_t wrote = syscall(SYS_pwrite64, fd, data, length, offset);
    if (wrote > 0) note('W', path, offset, data, wrote);
    pthread_mutex_unlock(&lock);
    return wrote;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    return pwrite64(fd, data, length, offset);
}

ssize_t write(int fd, const void *data, size_t length) {
    char path[4096];
    if (!path_of(fd, path, sizeof path)) return syscall(SYS_write, fd, data, length);
    if (is_full()) return -1;
    pthread_mutex_lock(&lock);
    ssize_t wrote = syscall(SYS_write, fd, data, length);
    if (wrote > 0) note('W', path, syscall(SYS_lseek, fd, 0, SEEK_CUR) - wrote, data, wrote);
    pthread_mutex_unlock(&lock);
    return wrote;
}

/* One part at a time: a short write is what the caller has to expect anyway. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
    char path[4096];
    if (!path_of(fd, path, sizeof path)) return syscall(SYS_writev, fd, parts, count);
    for (int i = 0; i < count; i++)
        if (parts[i].iov_len > 0) return write(fd, parts[i].iov_base, parts[i].iov_len);
    return 0;
}

static int synced(int fd, long call, char what) {
    char path[4096];
    if (!path_of(fd, path, sizeof path)) return syscall(call, fd);
    if (is_full()) return -1;
    pthread_mutex_lock(&lock);
    note('B', path, fd, "", 0);
    pthread_mutex_unlock(&lock);
    int result = syscall(call, fd);
    pthread_mutex_lock(&lock);
    if (result == 0) note(what, path, fd, "", 0);
    pthread_mutex_unlock(&lock);
    return result;
}

int fsync(int fd) { return synced(fd, SYS_fsync, 'F'); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync, 'D'); }

int ftruncate64(int fd, off64_t length) {
    char path[4096];
    if (!path_of(fd, path, sizeof path)) return syscall(SYS_ftruncate, fd, length);
    pthread_mutex_lock(&lock);
    int result = syscall(SYS_ftruncate, fd, length);
    if (result == 0) note('T', path, length, "", 0);
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int opened(int at, const char *name, int flags, mode_t mode) {
    char path[4096];
    absolute(at, name, path, sizeof path);
    if (!is_ours(path) || !(flags & (O_CREAT | O_TRUNC))) return syscall(SYS_openat, at, name, flags, mode);
    pthread_mutex_lock(&lock);
    int was_there = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
    int fd = syscall(SYS_openat, at, name, flags, mode);
    if (fd >= 0 && !was_there) note('C', path, 0, "", 0);
    if (fd >= 0 && was_there && (flags & O_TRUNC)) note('T', path, 0, "", 0);
    pthread_mutex_unlock(&lock);
    return fd;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, int); va_end(rest); }

int open(const char *name, int flags, ...) { MODE(flags) return opened(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return opened(AT_FDCWD, name, flags | O_LARGEFILE, mode); }
int openat(int at, const char *name, int flags, ...) { MODE(flags) return opened(at, name, flags, mode); }
int openat64(int at, const char *name, int flags, ...) { MODE(flags) return opened(at, name, flags | O_LARGEFILE, mode); }

int rename(const char *from, const char *to) {
    char before[4096], after[4096];
    absolute(AT_FDCWD, from, before, sizeof before);
    absolute(AT_FDCWD, to, after, sizeof after);
    pthread_mutex_lock(&lock);
    int result = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (result == 0 && is_ours(before)) note('R', before, 0, after, strlen(after));
    pthread_mutex_unlock(&lock);
    return result;
}

int unlinkat(int at, const char *name, int flags) {
    char path[4096];
    absolute(at, name, path, sizeof path);
    pthread_mutex_lock(&lock);
    int result = syscall(SYS_unlinkat, at, name, flags);
    if (result == 0 && is_ours(path)) note('U', path, 0, "", 0);
    pthread_mutex_unlock(&lock);
    return result;
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }

int mkdir(const char *name, mode_t mode) {
    char path[4096];
    absolute(AT_FDCWD, name, path, sizeof path);
    pthread_mutex_lock(&lock);
    int result = syscall(SYS_mkdirat, AT_FDCWD, name, mode);
    if (result == 0 && is_ours(path)) note('M', path, 0, "", 0);
    pthread_mutex_unlock(&lock);
    return result;
}
