#include <string.h>

#include "release/secret.h"
#include "release/smtp_private.h"
#include "release/transport.h"

enum {
	ENHANCED = 9, /* of "535 5.7.8 ...": what no server puts a password into */
};

static bool
refused(const SmtpReply *reply, const char *mechanism, GError **error)
{
	const char *text = reply->text->str;
	bool enhanced = reply->text->len >= ENHANCED && g_ascii_isdigit(text[4]) &&
		text[5] == '.' && g_ascii_isdigit(text[6]) && text[7] == '.' &&
		g_ascii_isdigit(text[8]);

	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_LOST, "%.*s: our credentials (AUTH %s)",
		enhanced ? ENHANCED : 3, text, mechanism);
	return false;
}

/* The reply must be @wanted. */
static bool
say_secret(Smtp *smtp, const char *mechanism, const char *line, int wanted, int64_t deadline,
	GError **error)
{
	g_autoptr(Secret) command = g_strconcat(line, "\r\n", NULL);
	g_auto(SmtpReply) reply = { 0 };

	return smtp_send_until(smtp, command, strlen(command), deadline, error) &&
		smtp_read_until(smtp, deadline, &reply, error) &&
		(reply.code == wanted || refused(&reply, mechanism, error));
}

/* RFC 4616: NUL, who, NUL, password. */
static bool
auth_plain(Smtp *smtp, const Credential *credential, int64_t deadline, GError **error)
{
	size_t user = strlen(credential->user);
	size_t password = strlen(credential->password);
	size_t length = user + password + 2;
	g_autofree char *words = g_malloc0(length + 1);
	g_autoptr(Secret) encoded = NULL;
	g_autoptr(Secret) line = NULL;

	memcpy(words + 1, credential->user, user);
	memcpy(words + 2 + user, credential->password, password);
	encoded = g_base64_encode((const guchar *)words, length);
	explicit_bzero(words, length);
	line = g_strconcat("AUTH PLAIN ", encoded, NULL);
	return say_secret(smtp, "PLAIN", line, 235, deadline, error);
}

/* In no standard (draft-murchison-sasl-login): the server asks for the one, then the other. */
static bool
auth_login(Smtp *smtp, const Credential *credential, int64_t deadline, GError **error)
{
	g_autoptr(Secret) user =
		g_base64_encode((const guchar *)credential->user, strlen(credential->user));
	g_autoptr(Secret) password =
		g_base64_encode((const guchar *)credential->password, strlen(credential->password));

	return say_secret(smtp, "LOGIN", "AUTH LOGIN", 334, deadline, error) &&
		say_secret(smtp, "LOGIN", user, 334, deadline, error) &&
		say_secret(smtp, "LOGIN", password, 235, deadline, error);
}

static bool
is_among(const char *mechanisms, const char *name)
{
	g_auto(GStrv) words = g_strsplit_set(mechanisms ? mechanisms : "", " \t", -1);

	for (char **word = words; *word; word++)
		if (g_ascii_strcasecmp(*word, name) == 0)
			return true;
	return false;
}

bool
smtp_authenticate(Smtp *smtp, const Credential *credential, int64_t deadline, GError **error)
{
	const char *mechanisms = smtp_offer(smtp, "AUTH");

	if (is_among(mechanisms, "PLAIN"))
		return auth_plain(smtp, credential, deadline, error);
	if (is_among(mechanisms, "LOGIN"))
		return auth_login(smtp, credential, deadline, error);
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_LOST,
		"there are credentials for the server, and it offers neither AUTH PLAIN nor AUTH "
		"LOGIN");
	return false;
}
