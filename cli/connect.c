/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/connect.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/paths.h"

#define IN_THE_LOG "The audit log says whether a change was made"
#define ANSWER_TIMEOUT_MS 15000

static int
explain(int error, const char *path, enum role self)
{
	if (error == ENOENT || error == ECONNREFUSED)
		return cli_fail(CLI_UNKNOWN,
		    "no process listens at %s: is gatewayd running?", path);
	if (error == EACCES || error == EPERM)
		return cli_fail(CLI_UNKNOWN, "%s: %s%s", path, strerror(error),
		    self == ROLE_ADMIN ? " (this needs root)" : "");
	return cli_fail(CLI_UNKNOWN, "%s: %s", path, strerror(error));
}

int
connect_open(struct channel *channel, enum role self, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char found[PATHS_MAX];
	int sock;

	if (!path) {
		if (paths_socket(self, found) != 0)
			return CLI_UNKNOWN;
		path = found;
	}
	if (strlen(path) >= sizeof address.sun_path)
		return cli_fail(CLI_UNKNOWN, "%s: path is too long", path);
	memcpy(address.sun_path, path, strlen(path));
	sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return cli_fail(CLI_UNKNOWN, "socket: %s", strerror(errno));
	if (connect(sock, (struct sockaddr *)&address, sizeof address) < 0) {
		int error = errno;

		close(sock);
		return explain(error, path, self);
	}
	channel_init(channel, sock, self, ROLE_AUTHORITY);
	return 0;
}

int
connect_field(char *field, size_t size, const char *text, const char *what)
{
	size_t len = strlen(text);

	if (len == 0 || len >= size)
		return cli_usage("%s must have 1 to %zu bytes", what, size - 1);
	memcpy(field, text, len + 1);
	return 0;
}

int
connect_send(struct channel *channel, const struct message *message)
{
	if (channel_send(channel, message) == 0)
		return 0;
	return cli_fail(CLI_UNKNOWN, "gatewayd does not accept the request");
}

static int
explain_none(enum channel_result result)
{
	switch (result) {
	case CHANNEL_MESSAGE:
		return cli_fail(
		    CLI_UNKNOWN, "gatewayd answered another request");
	case CHANNEL_EMPTY:
		return cli_fail(
		    CLI_UNKNOWN, "gatewayd does not answer. " IN_THE_LOG);
	case CHANNEL_CLOSED:
		return cli_fail(CLI_UNKNOWN,
		    "gatewayd closed the connection: is this user allowed "
		    "to ask? " IN_THE_LOG);
	case CHANNEL_REFUSED:
		break;
	}
	return cli_fail(CLI_UNKNOWN, "gatewayd's answer is malformed: is it "
				     "of another version?");
}

int
connect_receive(
    struct channel *channel, struct message *message, enum message_type type)
{
	enum channel_result result =
	    channel_receive(channel, message, ANSWER_TIMEOUT_MS);

	if (result == CHANNEL_MESSAGE && message->type == type)
		return 0;
	if (result == CHANNEL_MESSAGE)
		message_wipe(message);
	/* what comes late would be taken for the answer to the next request */
	channel_close(channel);
	return explain_none(result);
}

int
connect_judge(unsigned int status, const char *about, const char *text)
{
	const char *colon = *about ? ": " : "";

	if (status == ADMIN_OK)
		return 0;
	if (status == ADMIN_NO)
		return cli_fail(CLI_NO, "%s%s%s", about, colon, text);
	return cli_fail(CLI_UNKNOWN, "%s%s%s", about, colon,
	    *text ? text : "gatewayd gave no reason");
}
