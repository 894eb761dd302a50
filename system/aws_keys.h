/* aws_keys.h - who we are to Amazon, or to a store that speaks as it does
 *
 * A file as AWS' own tools have it (~/.aws/credentials), of 0600: lines "NAME = VALUE" with
 * aws_access_key_id, aws_secret_access_key and, where there is one, aws_session_token, in
 * front of any section or in the one that AWS_PROFILE names, or [default].  Or a command that
 * prints such lines, as `aws configure export-credentials --format env-no-export` does.  Or
 * the environment's AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
 *
 * They are kept in memory that no child inherits: mail is parsed in children of this process.
 */
#ifndef SYSTEM_AWS_KEYS_H
#define SYSTEM_AWS_KEYS_H

#include <glib.h>
#include <stdbool.h>

enum {
	AWS_KEY = 256,    /* bytes, with the NUL */
	AWS_TOKEN = 8192, /* likewise */
};

typedef struct AwsKeys {
	char id[AWS_KEY];
	char secret[AWS_KEY];
	char token[AWS_TOKEN]; /* "": none */
} AwsKeys;

AwsKeys *aws_keys_new(void);
void aws_keys_free(AwsKeys *keys); /* overwrites them first */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AwsKeys, aws_keys_free)

/* Where they are; all borrowed. */
typedef struct AwsKeysFrom {
	const char *path;            /* a file; or, NULL, */
	const char *command;         /* what prints them; or, NULL too, the environment */
	const char *command_setting; /* how a person calls the command, for errors */
	const char *ways;            /* and the settings of both: "the setting a or b" */
	int interrupt; /* a descriptor that becomes readable when waiting is to end; 0: none */
} AwsKeysFrom;

/* SYSTEM_ERROR_NO_INPUT, in words that repeat nothing of them, or SYSTEM_ERROR_STOPPED. */
bool aws_keys_load(AwsKeys *keys, const AwsKeysFrom *from, GError **error);

#endif
