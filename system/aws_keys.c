#include "system/aws_keys.h"

#include <string.h>
#include <sys/mman.h>

#include "system/helper.h"
#include "system/private_file.h"
#include "system/system_error.h"

enum {
	MAX_TEXT = 64 * 1024,
	MAX_PRINTED = 16 * 1024,
};

AwsKeys *
aws_keys_new(void)
{
	AwsKeys *keys = mmap(
		NULL, sizeof(AwsKeys), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (keys == MAP_FAILED || madvise(keys, sizeof(AwsKeys), MADV_DONTFORK) < 0)
		g_error("no memory for %zu bytes", sizeof(AwsKeys));
	(void)madvise(keys, sizeof(AwsKeys), MADV_DONTDUMP);
	return keys;
}

void
aws_keys_free(AwsKeys *keys)
{
	if (!keys)
		return;
	explicit_bzero(keys, sizeof(AwsKeys));
	munmap(keys, sizeof(AwsKeys));
}

static bool
refuse(GError **error, const char *what, const char *why)
{
	g_set_error(error, SYSTEM_ERROR, SYSTEM_ERROR_NO_INPUT, "%s: %s", what, why);
	return false;
}

/* All of them go into lines of HTTP.  The id stands between slashes and commas there. */
static bool
is_word(const char *word, size_t length, const char *without)
{
	for (size_t i = 0; i < length; i++)
		if (!g_ascii_isgraph(word[i]) || strchr(without, word[i]))
			return false;
	return length > 0;
}

/* False: @word can't be one.  The first of a name counts. */
static bool
keep(char *kept, size_t room, const char *word, size_t length, const char *without)
{
	if (*kept)
		return true;
	if (length >= room || !is_word(word, length, without))
		return false;
	memcpy(kept, word, length);
	kept[length] = '\0';
	return true;
}

static bool
begins_with_name(const char *line, size_t length, const char *name)
{
	return length == strlen(name) && g_ascii_strncasecmp(line, name, length) == 0;
}

static bool
read_pair(AwsKeys *keys, const char *line, size_t length)
{
	const char *equals = memchr(line, '=', length);
	size_t name = equals ? (size_t)(equals - line) : 0;
	const char *value = equals ? equals + 1 : line;
	size_t rest = length - (equals ? name + 1 : 0);

	while (name > 0 && g_ascii_isspace(line[name - 1]))
		name--;
	while (rest > 0 && g_ascii_isspace(*value))
		value++, rest--;
	while (rest > 0 && g_ascii_isspace(value[rest - 1]))
		rest--;
	if (begins_with_name(line, name, "aws_access_key_id"))
		return keep(keys->id, AWS_KEY, value, rest, "/,");
	if (begins_with_name(line, name, "aws_secret_access_key"))
		return keep(keys->secret, AWS_KEY, value, rest, "");
	if (begins_with_name(line, name, "aws_session_token"))
		return keep(keys->token, AWS_TOKEN, value, rest, "");
	return true;
}

/* "[default]", "[profile default]" */
static bool
is_section(const char *line, size_t length, const char *profile)
{
	g_autofree char *name = g_strndup(line + 1, length - 1);

	name[strcspn(name, "]")] = '\0';
	g_strstrip(name);
	if (g_str_has_prefix(name, "profile "))
		return strcmp(g_strstrip(name + strlen("profile ")), profile) == 0;
	return strcmp(name, profile) == 0;
}

static bool
read_text(AwsKeys *keys, const char *text, const char *profile, const char *name, GError **error)
{
	bool counts = true;

	for (int number = 1; *text; number++) {
		size_t length = strcspn(text, "\n");
		size_t blanks = strspn(text, " \t");

		if (blanks < length && text[blanks] == '[') {
			counts = is_section(text + blanks, length - blanks, profile);
		} else if (counts && blanks < length && !strchr("#;", text[blanks]) &&
			!read_pair(keys, text + blanks, length - blanks)) {
			g_set_error(error, SYSTEM_ERROR, SYSTEM_ERROR_NO_INPUT,
				"%s: line %d: what stands behind = can't be that", name, number);
			return false;
		}
		text += length + (text[length] == '\n');
	}
	return (*keys->id && *keys->secret) ||
		refuse(error, name,
			"it has no lines aws_access_key_id = ... and aws_secret_access_key = ... "
			"under [default], or the profile of AWS_PROFILE");
}

static bool
load_file(AwsKeys *keys, const char *path, GError **error)
{
	const char *fault;
	g_autoptr(PrivateText) text = private_file_read(path, MAX_TEXT, &fault);
	const char *profile = g_getenv("AWS_PROFILE");

	if (!text)
		return refuse(error, path, fault);
	return read_text(keys, text, profile && *profile ? profile : "default", path, error);
}

static bool
load_printed(AwsKeys *keys, const AwsKeysFrom *from, GError **error)
{
	const char *setting = from->command_setting;
	g_autofree char *text = g_malloc(MAX_PRINTED + 1);
	bool loaded =
		helper_run(setting, from->command, from->interrupt, text, MAX_PRINTED, error) &&
		read_text(keys, text, "default", setting, error);

	explicit_bzero(text, MAX_PRINTED + 1);
	return loaded;
}

static bool
load_variable(const char *name, char *kept, size_t room, const char *without, GError **error)
{
	const char *word = g_getenv(name);

	return !word || !*word || keep(kept, room, word, strlen(word), without) ||
		refuse(error, name, "what the environment says can't be that");
}

static bool
load_environment(AwsKeys *keys, const AwsKeysFrom *from, GError **error)
{
	if (!load_variable("AWS_ACCESS_KEY_ID", keys->id, AWS_KEY, "/,", error) ||
		!load_variable("AWS_SECRET_ACCESS_KEY", keys->secret, AWS_KEY, "", error) ||
		!load_variable("AWS_SESSION_TOKEN", keys->token, AWS_TOKEN, "", error))
		return false;
	if (*keys->id && *keys->secret)
		return true;
	g_set_error(error, SYSTEM_ERROR, SYSTEM_ERROR_NO_INPUT,
		"nothing says who we are: %s, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
		from->ways);
	return false;
}

bool
aws_keys_load(AwsKeys *keys, const AwsKeysFrom *from, GError **error)
{
	explicit_bzero(keys, sizeof(AwsKeys));
	if (from->path)
		return load_file(keys, from->path, error);
	if (from->command)
		return load_printed(keys, from, error);
	return load_environment(keys, from, error);
}
