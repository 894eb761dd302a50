/* child.h - the process that a test has started */
#ifndef TESTS_IMPORTER_CHILD_H
#define TESTS_IMPORTER_CHILD_H

#include <glib.h>
#include <sys/types.h>
#include <unistd.h>

/* The one child that we have; 0 and the test is skipped where the kernel does not say. */
static inline pid_t
only_child(void)
{
	g_autofree char *path = g_strdup_printf("/proc/self/task/%d/children", (int)getpid());
	g_autofree char *children = NULL;

	if (g_file_get_contents(path, &children, NULL, NULL))
		return (pid_t)g_ascii_strtoll(children, NULL, 10);
	g_test_skip("the kernel does not say what children there are");
	return 0;
}

#endif
