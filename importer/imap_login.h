/* imap_login.h - who we are to an IMAP server
 *
 * A file of lines "HOST USER PASSWORD" or "HOST:PORT USER PASSWORD", HOST as in the URL; the
 * password is the rest of its line.  Empty lines and those that begin with # are left out.
 * Or a command that prints the password.  Neither is kept longer than logging in takes: the
 * boxes that mail is parsed in are children of this process.
 */
#ifndef IMPORTER_IMAP_LOGIN_H
#define IMPORTER_IMAP_LOGIN_H

#include "importer/imap_place.h"

typedef struct ImapLogin {
	char *user;
	char *password;
} ImapLogin;
void imap_login_clear(ImapLogin *login); /* overwrites them first */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImapLogin, imap_login_clear)

/* From the file at @path, of 0600 and ours: its first line for the server of @place, and for
 * its user where it names one. */
bool imap_login_read(const char *path, const ImapPlace *place, ImapLogin *login, GError **error);

/* The first line that @command prints, words as in a shell's but without a shell, for the user
 * that @place names.  @interrupt is that of source_heed(). */
bool imap_login_ask(const char *command, const ImapPlace *place, int interrupt, ImapLogin *login,
	GError **error);

#endif
