/* turn.h - whose turn it is to write; private to store/
 *
 * SQLite tells nobody that somebody waits for its lock, so who writes for long would have to let
 * go of the store again and again for nobody.  Who waits holds a shared flock(2) on the folder
 * that the store is in, which who writes can ask for: a lock on the store itself could be none,
 * since closing a file drops all of this process's locks on it, SQLite's among them (fcntl(2)).
 * Where the folder can't be opened or locked, nobody hears of it, and waiting takes longer.
 */
#ifndef STORE_TURN_H
#define STORE_TURN_H

#include "store/db.h"

/* Says that this Store waits, until turn_comes(). */
void turn_wait(Store *store);
void turn_comes(Store *store);

#endif
