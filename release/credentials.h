/* credentials.h - who we are to which server
 *
 * A file of lines "HOST USER PASSWORD" or "HOST:PORT USER PASSWORD", HOST as in the
 * transport's name; the password is the rest of its line.  Empty lines and those that
 * begin with # are left out.  A password so goes to the server it is for, whatever
 * transport a release names.
 */
#ifndef RELEASE_CREDENTIALS_H
#define RELEASE_CREDENTIALS_H

#include "release/endpoint.h"

typedef struct Credential {
	char *host;
	int port; /* 0: any */
	char *user;
	char *password;
} Credential;

typedef struct Credentials Credentials;

/* @path is read with secret_read(). */
Credentials *credentials_load(const char *path, GError **error);
void credentials_free(Credentials *credentials);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Credentials, credentials_free)

/* The first line for that server; NULL if there is none. */
const Credential *credentials_for(const Credentials *credentials, const Endpoint *endpoint);

#endif
