/* fuzz_store.h - the small store of the harnesses that ask one */
#ifndef TESTS_FUZZ_FUZZ_STORE_H
#define TESTS_FUZZ_FUZZ_STORE_H

#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "tests/store/sample.h"

static Sample sample;

static void
remove_store(void)
{
	sample_teardown(&sample, NULL);
}

/* It is gone with the process. */
static inline void
make_store(void)
{
	sample_setup(&sample, NULL);
	atexit(remove_store);
}

#endif
