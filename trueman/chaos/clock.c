/* A clock that can be set for one process alone: preloaded, it adds to the time of day whatever a file says now.
 *
 * The file, named by TRUEMAN_CLOCK, holds one 64-bit number of microseconds and stays mapped, so that a change is seen
 * by every later question. The monotonic clock is left alone, as a change of the time of day leaves it alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND_US 1000000

static volatile int64_t *offset_us;
static int (*real_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    real_clock_gettime = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    const char *path = getenv("TRUEMAN_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED) offset_us = mapped;
}

int clock_gettime(clockid_t clock, struct timespec *told) {
    if (!real_clock_gettime) begin();
    int failed = real_clock_gettime(clock, told);
    if (failed || !offset_us || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return failed;
    int64_t us = *offset_us + told->tv_nsec / 1000;
    int64_t seconds = us / SECOND_US, rest = us % SECOND_US;
    if (rest < 0) {
        rest += SECOND_US;
        seconds -= 1;
    }
    told->tv_sec += seconds;
    told->tv_nsec = rest * 1000 + told->tv_nsec % 1000;
    return 0;
}

int gettimeofday(struct timeval *restrict told, void *restrict zone) {
    (void)zone;
    struct timespec now;
    int failed = clock_gettime(CLOCK_REALTIME, &now);
    told->tv_sec = now.tv_sec;
    told->tv_usec = now.tv_nsec / 1000;
    return failed;
}

time_t time(time_t *told) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (told) *told = now.tv_sec;
    return now.tv_sec;
}
