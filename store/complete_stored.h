/* complete_stored.h - values that the store has; private to store/ */
#ifndef STORE_COMPLETE_STORED_H
#define STORE_COMPLETE_STORED_H

#include "store/complete.h"

/* Adds those of @term that begin with @prefix: what most messages have first. */
void complete_stored(Completion *completion, Store *store, const char *term, const char *prefix);

#endif
