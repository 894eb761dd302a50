/* url.h - a URL taken apart as browsers do (the URL Standard of WHATWG)
 *
 * Never stricter than a browser: what one would follow has a host here.  Where
 * browsers refuse, the parts are those that a reader would see.
 */
#ifndef MAIL_URL_H
#define MAIL_URL_H

#include <glib.h>
#include <stdbool.h>

enum {
	URL_MAX = 8192, /* bytes of one URL that are kept; browsers stop there or earlier */
	URL_NO_PORT = -1,
};

typedef struct Url {
	char *text;   /* without outer blanks and inner tabs and line ends */
	char *scheme; /* lower-case; "" if there is none */
	char *host;   /* lower-case, ASCII; an address as "192.0.2.1" or "[2001:db8::1]"; or NULL */
	const char *path;   /* in text: what follows the authority or the scheme; may be "" */
	int port;           /* URL_NO_PORT if there is none */
	bool userinfo;      /* "user@" or "user:password@" stands before the host */
	bool address;       /* the host is an address, however it was written */
	bool international; /* the host has, or was written with, characters beyond ASCII */
} Url;

/* Never NULL.  A "www." host without a scheme is http, as mail readers link it. */
Url *url_parse(const char *text);
void url_free(Url *url);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Url, url_free)

/* http or https, with a host. */
bool url_is_web(const Url *url);

/* Runs or shows what stands in the URL itself: javascript:, data:, vbscript:. */
bool url_is_script(const Url *url);

/* @text as all spellings of one address on the web are compared: scheme and host in lower
 * case and ASCII, no default port, userinfo or fragment, "/" for no path, slashes as
 * browsers read them.  NULL when it is no web address.  Yours. */
char *url_normal(const char *text);

/* @relative as it stands in a document at @base: itself when it has a scheme
 * or @base no host.  Yours. */
char *url_resolve(const char *base, const char *relative);

/* The value of parameter @name in the query, as written; NULL if there is none.
 * Yours. */
char *url_parameter(const Url *url, const char *name);

/* Each %XX of @text decoded, once; those that would leave control characters or
 * broken UTF-8 stay.  Yours. */
char *url_decode(const char *text, size_t length);

#endif
