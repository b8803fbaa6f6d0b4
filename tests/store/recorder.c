/* Preloaded into a process under test: records what it does to files below one folder, in the
 * order in which it was done, and fails calls on demand. Each record is one header line, for
 * writes followed by the bytes. One lock is held over call and record, so that a record of an
 * fsync stands behind exactly the writes that it covers.
 *   TAMIS_RECORD_ROOT  the folder        TAMIS_RECORD_LOG  where records go
 *   TAMIS_FSYNC_FAIL   the fsync of a file named db that fails with EIO, counted from 1
 *   TAMIS_SPACE        bytes that may be written to files named db before ENOSPC */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FDS 4096
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[4096];
static int out = -1;
static unsigned char ours[FDS]; /* 1 = below the folder, 2 = and named db */
static long fsync_fail = -1, fsyncs, space = -1;

static int below(const char *path) {
    size_t length = strlen(root);
    return out >= 0 && path && strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == 0);
}
static void put(const void *bytes, size_t length) {
    const char *at = bytes;
    while (length > 0) {
        long done = syscall(SYS_write, out, at, length);
        if (done <= 0) _exit(99);
        at += done;
        length -= (size_t)done;
    }
}
static void say(const char *format, ...) {
    char line[9000];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(line, sizeof line, format, list);
    va_end(list);
    if (length < 0 || (size_t)length >= sizeof line) _exit(99);
    put(line, (size_t)length);
}
static unsigned long ino_of(int fd) {
    struct stat found;
    return fstat(fd, &found) == 0 ? (unsigned long)found.st_ino : 0;
}
static unsigned long ino_at(const char *path) {
    struct stat found;
    return lstat(path, &found) == 0 ? (unsigned long)found.st_ino : 0;
}
__attribute__((constructor)) static void start(void) {
    const char *folder = getenv("TAMIS_RECORD_ROOT"), *log = getenv("TAMIS_RECORD_LOG");
    const char *fail = getenv("TAMIS_FSYNC_FAIL"), *room = getenv("TAMIS_SPACE");
    if (fail) fsync_fail = atol(fail);
    if (room) space = atol(room);
    if (!folder || !log || strlen(folder) >= sizeof root) return;
    strcpy(root, folder);
    out = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}
static int is_ours(int fd) { return fd >= 0 && fd < FDS && ours[fd]; }
static int is_db(int fd) { return fd >= 0 && fd < FDS && ours[fd] == 2; }

static int opened(const char *path, int flags, mode_t mode) {
    if (!below(path)) return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    pthread_mutex_lock(&lock);
    int fresh = (flags & O_CREAT) && ino_at(path) == 0;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    int kept = errno;
    if (fd >= 0 && fd < FDS) {
        const char *name = strrchr(path, '/');
        ours[fd] = name && strcmp(name, "/db") == 0 ? 2 : 1;
        if (fresh) say("C %lu %s\n", ino_of(fd), path);
        else if (flags & O_TRUNC) say("T %lu 0\n", ino_of(fd));
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
    return fd;
}
#define OPENS(name)                                   \
    int name(const char *path, int flags, ...) {      \
        va_list list;                                 \
        va_start(list, flags);                        \
        mode_t mode = (mode_t)va_arg(list, int);      \
        va_end(list);                                 \
        return opened(path, flags, mode);             \
    }
OPENS(open)
OPENS(open64)

int close(int fd) {
    pthread_mutex_lock(&lock);
    if (fd >= 0 && fd < FDS) ours[fd] = 0;
    int done = (int)syscall(SYS_close, fd);
    pthread_mutex_unlock(&lock);
    return done;
}
static ssize_t written(int fd, const void *bytes, size_t length, off_t at, int placed) {
    if (!is_ours(fd))
        return placed ? syscall(SYS_pwrite64, fd, bytes, length, at) : syscall(SYS_write, fd, bytes, length);
    pthread_mutex_lock(&lock);
    if (is_db(fd) && space >= 0) {
        if (space < (long)length) {
            pthread_mutex_unlock(&lock);
            errno = ENOSPC;
            return -1;
        }
        space -= (long)length;
    }
    if (!placed) {
        int flags = fcntl(fd, F_GETFL);
        at = lseek(fd, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
    }
    ssize_t done = placed ? syscall(SYS_pwrite64, fd, bytes, length, at) : syscall(SYS_write, fd, bytes, length);
    int kept = errno;
    if (done > 0) {
        say("W %lu %lld %zd\n", ino_of(fd), (long long)at, done);
        put(bytes, (size_t)done);
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
    return done;
}
ssize_t write(int fd, const void *bytes, size_t length) { return written(fd, bytes, length, 0, 0); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return written(fd, bytes, length, at, 1); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) { return written(fd, bytes, length, at, 1); }

static int synced(int fd, long call) {
    if (!is_ours(fd)) return (int)syscall(call, fd);
    pthread_mutex_lock(&lock);
    if (is_db(fd) && ++fsyncs == fsync_fail) {
        pthread_mutex_unlock(&lock);
        errno = EIO;
        return -1;
    }
    int done = (int)syscall(call, fd);
    int kept = errno;
    if (done == 0) say("F %lu\n", ino_of(fd));
    pthread_mutex_unlock(&lock);
    errno = kept;
    return done;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }
int sync_file_range(int fd, off64_t at, off64_t length, unsigned int flags) {
    if (!is_ours(fd)) return (int)syscall(SYS_sync_file_range, fd, at, length, flags);
    pthread_mutex_lock(&lock);
    say("R %lu %lld %lld\n", ino_of(fd), (long long)at, (long long)length);
    pthread_mutex_unlock(&lock);
    return 0;
}
static int cut(int fd, off64_t length) {
    if (!is_ours(fd)) return (int)syscall(SYS_ftruncate, fd, length);
    pthread_mutex_lock(&lock);
    int done = (int)syscall(SYS_ftruncate, fd, length);
    int kept = errno;
    if (done == 0) say("T %lu %lld\n", ino_of(fd), (long long)length);
    pthread_mutex_unlock(&lock);
    errno = kept;
    return done;
}
int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off64_t length) { return cut(fd, length); }

int rename(const char *from, const char *to) {
    pthread_mutex_lock(&lock);
    int done = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    int kept = errno;
    if (done == 0 && below(from)) {
        say("M %s\n", from);
        say("N %s\n", to);
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
    return done;
}
int unlink(const char *path) {
    pthread_mutex_lock(&lock);
    int done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    int kept = errno;
    if (done == 0 && below(path)) say("U %s\n", path);
    pthread_mutex_unlock(&lock);
    errno = kept;
    return done;
}
int mkdir(const char *path, mode_t mode) {
    pthread_mutex_lock(&lock);
    int done = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    int kept = errno;
    if (done == 0 && below(path)) say("D %lu %s\n", ino_at(path), path);
    pthread_mutex_unlock(&lock);
    errno = kept;
    return done;
}
