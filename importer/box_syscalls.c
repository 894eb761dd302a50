#include "importer/box_private.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "importer/source.h"

typedef void *Filter;
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(Filter, seccomp_release, NULL)

/* What stands in no table kills the box: SIGSYS. */
static const int allowed[] = {
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(sched_yield),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(getrandom),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* Libraries make these by habit (glibc looks for a converter's file, qsort(3) for
 * the size of memory, GLib for what stderr is before it aborts) and can do without. */
static const int denied[] = {
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(stat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(fstat),
	SCMP_SYS(readlink),
	SCMP_SYS(ioctl),
	SCMP_SYS(getpeername),
	SCMP_SYS(sysinfo),
	SCMP_SYS(prlimit64),
	SCMP_SYS(sched_getaffinity),
};

/* No memory to run code from, and none made so later; PCRE's compiler to machine
 * code then does without as well. */
static const struct {
	int syscall;
	uint32_t action;
	struct scmp_arg_cmp argument;
} conditional[] = {
	// clang-format off
	{ SCMP_SYS(read),      SCMP_ACT_ALLOW, SCMP_A0(SCMP_CMP_EQ, BOX_SOCKET) },
	{ SCMP_SYS(write),     SCMP_ACT_ALLOW, SCMP_A0(SCMP_CMP_LE, BOX_SOCKET) },
	{ SCMP_SYS(setitimer), SCMP_ACT_ALLOW, SCMP_A0(SCMP_CMP_EQ, ITIMER_PROF) },
	{ SCMP_SYS(mmap),      SCMP_ACT_ALLOW, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
	{ SCMP_SYS(mprotect),  SCMP_ACT_ALLOW, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
	{ SCMP_SYS(mmap),      SCMP_ACT_ERRNO(EACCES), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC) },
	{ SCMP_SYS(mprotect),  SCMP_ACT_ERRNO(EACCES), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC) },
	// clang-format on
};

static int
add_rules(Filter filter)
{
	int result = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(allowed) && result == 0; i++)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < G_N_ELEMENTS(denied) && result == 0; i++)
		result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), denied[i], 0);
	for (size_t i = 0; i < G_N_ELEMENTS(conditional) && result == 0; i++)
		result = seccomp_rule_add_array(filter, conditional[i].action,
			conditional[i].syscall, 1, &conditional[i].argument);
	if (result != 0)
		return result;
	/* abort(3) signals this very process, and no other. */
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
}

bool
box_filter_syscalls(GError **error)
{
	g_auto(Filter) filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int result = filter ? add_rules(filter) : -ENOMEM;

	if (result == 0)
		result = seccomp_load(filter);
	if (result == 0)
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_BOX,
		"this kernel grants no seccomp filter (%s), and mail is not parsed without one",
		g_strerror(-result));
	return false;
}
