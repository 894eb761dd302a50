#include "system/thread.h"

#include <pthread.h>
#include <signal.h>

GThread *
thread_start(const char *name, GThreadFunc work, void *data)
{
	GThread *thread;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	thread = g_thread_try_new(name, work, data, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return thread;
}
