/* A disk that can lose its power: preloaded, it writes down what a process has made durable, and when.
 *
 * TRUEMAN_POWER names a folder on the same disk. Lines of its file "power.log":
 *   F <device> <inode> <bytes>     a file was synced when it had so many bytes
 *   D <device> <inode>             a folder was synced: renames in it last
 *   R <kept> <from> <to>           a rename; <kept> is a second name of the file that <to> was before, or -
 * Each begins with a newline and ends with a tab and a full stop: where its disk was full only a part of it is there.
 * Sizes are taken before the sync: what is written while it runs may or may not last.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void tell(const char *line, int length) {
    const char *folder = getenv("TRUEMAN_POWER");
    char path[PATH_MAX];
    if (!folder || length < 0) return;
    snprintf(path, sizeof path, "%s/power.log", folder);
    int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0) return;
    if (write(file, line, length) != length) abort();
    close(file);
}

static int synced(int descriptor, const char *name) {
    struct stat found;
    char line[128];
    int is_known = fstat(descriptor, &found) == 0;
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int failed = real(descriptor);
    int before = errno;
    if (!failed && is_known && S_ISREG(found.st_mode))
        tell(line, snprintf(line, sizeof line, "\nF\t%lu\t%lu\t%lld\t.", (unsigned long)found.st_dev,
                            (unsigned long)found.st_ino, (long long)found.st_size));
    if (!failed && is_known && S_ISDIR(found.st_mode))
        tell(line, snprintf(line, sizeof line, "\nD\t%lu\t%lu\t.", (unsigned long)found.st_dev,
                            (unsigned long)found.st_ino));
    errno = before;
    return failed;
}

int fsync(int descriptor) { return synced(descriptor, "fsync"); }

int fdatasync(int descriptor) { return synced(descriptor, "fdatasync"); }

static void absolute(const char *path, char *whole, size_t size) {
    char here[PATH_MAX] = "";
    if (path[0] != '/' && getcwd(here, sizeof here)) snprintf(whole, size, "%s/%s", here, path);
    else snprintf(whole, size, "%s", path);
}

int rename(const char *from, const char *to) {
    static int count;
    const char *folder = getenv("TRUEMAN_POWER");
    char old[2 * PATH_MAX], new[2 * PATH_MAX], kept[PATH_MAX] = "-", line[5 * PATH_MAX];
    int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    absolute(from, old, sizeof old);
    absolute(to, new, sizeof new);
    if (folder) {
        snprintf(kept, sizeof kept, "%s/kept.%d.%d", folder, (int)getpid(), __sync_add_and_fetch(&count, 1));
        if (link(to, kept)) snprintf(kept, sizeof kept, "-");
    }
    int failed = real(from, to);
    int before = errno;
    if (!failed) tell(line, snprintf(line, sizeof line, "\nR\t%s\t%s\t%s\t.", kept, old, new));
    errno = before;
    return failed;
}
