# mails.sh - mail for the tests of the command line: source it behind tap.sh
#
# Made like what Amazon SES sends and a gateway at mx.test accepts; all names are reserved ones.
ses_mail() { # N SUBJECT [FROM-DOMAIN]: one confirmed message of the account that N mod 3 gives
	domain=${3:-shop.example}
	hop=$(($1 % 200 + 1))
	account=$(printf 'Account%d' $(($1 % 3)) | head -c 8)abcdefghijklmnopqrstuvwxyzABCDEFGHI=
	id=$(printf '0100018f%08x-%08x-4000-8000-%012x-000000' "$1" "$1" "$1")
	cat <<END
Return-Path: <$id@amazonses.com>
Delivered-To: reader$1@inside.test
Authentication-Results: mx.test; dkim=pass header.d=$domain;
 dkim=pass header.d=amazonses.com; spf=pass smtp.mailfrom=amazonses.com;
 dmarc=pass header.from=$domain
Received: from a8-$hop.smtp-out.amazonses.com (a8-$hop.smtp-out.amazonses.com [54.240.8.$hop])
 by mx.test (Postfix) with ESMTPS id 4ABC$1 for <reader$1@inside.test>;
 Fri, 1 May 2026 12:00:$(printf %02d $(($1 % 60))) +0000 (UTC)
DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple;
 s=ug7nbtf4gccmlpwj322ax3p6ow6yfsug; d=$domain; t=1777636800;
 h=From:To:Subject:Date:Message-ID; bh=AAAA; b=AAAA
DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple;
 s=6gbrjpgwjskckoa6a5zn6fwqkn67xbtw; d=amazonses.com; t=1777636800;
 h=From:To:Subject:Date:Message-ID:Feedback-ID; bh=AAAA; b=AAAA
From: "The Shop" <news@$domain>
To: reader$1@inside.test
Subject: $2
Date: Fri, 1 May 2026 12:00:00 +0000
Message-ID: <$id@email.amazonses.com>
X-SES-Outgoing: 2026.05.01-54.240.8.$hop
Feedback-ID: ::1.us-east-1.$account:AmazonSES
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b$1

--b$1
Content-Type: text/plain; charset=utf-8

Hello, look at https://$domain/offer/$1 before noon.
--b$1
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="../../note $1.pdf"
Content-Transfer-Encoding: base64

$(printf 'attachment %s of the test' "$1" | base64)
--b$1--
END
}
plain_mail() { # N SUBJECT: not sent by SES, envelope unknown
	printf '%s\n' "From: Somebody <some$1@plain.example>" "To: reader@inside.test" "Subject: $2" \
		'Date: Fri, 1 May 2026 11:00:00 +0000' "Message-ID: <plain$1@plain.example>" '' "plain text $1"
}
maildir() { # FOLDER COUNT: a Maildir of so many SES messages
	mkdir -p "$1/new" "$1/cur" "$1/tmp"
	n=0
	while [ $n -lt "$2" ]; do
		n=$((n + 1))
		ses_mail $n "offer number $n" >"$1/cur/1777636800.$n.mx:2,S"
	done
}
trust_the_gateway() { "$lazaret" config trusted-authserv-ids mx.test; }
ids() { "$lazaret" list --format jsonl --columns id "$@" | jq -r .id; }
