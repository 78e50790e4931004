"""What the programs of operators do, as tables. Pure data.

A program that is in no table, or a word of one that is not, is taken to change things: by default nothing reads.
"""

from types import MappingProxyType

READ, WRITE, DESTROY = "read", "write", "destroy"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Programs that only look, whatever they are told.
READERS = _words(
    """
    alias amixer arch base64 basename cal cat cd cksum clear cmp column comm command cut date df diff dig
    dirname dmidecode dstat du echo egrep env exit export expr false fgrep file findmnt fold free getcap getent
    getfacl grep groups head hexdump history host hostname htop id iftop iostat iotop jq last ldd less locale
    locate logout ls lsblk lscpu lsmod lsns lsof lspci man md5sum more mpstat ncdu netstat nl nm nproc nslookup
    nvidia-smi objdump od pgrep pidstat ping ping6 pmap printenv printf promtool ps pstree pwd readlink
    realpath sar seq set sha1sum sha256sum sha512sum shasum sleep sort ss stat strings sum sysstat tac tail
    test top tr tracepath traceroute tree true tty type uname uniq uptime vmstat w watch wc whereis which who
    whoami whois xxd yes zcat zgrep zless
    """
)

# Programs whose work cannot be taken back.
DESTROYERS = _words(
    """
    blkdiscard cfdisk dd delgroup deluser dropdb dropuser fdisk gdisk groupdel halt kill killall lvremove mdadm
    mke2fs parted pg_resetwal pkill poweroff pvremove reboot rm rmdir sfdisk shred shutdown truncate unlink
    userdel vgremove wipefs zpool-destroy
    """
)

# Programs that move data between systems.
SENDERS = _words(
    """
    ftp mail mailx nc ncat netcat rsync scp sendmail sftp socat telnet wget
    """
)

# Programs that change things, or run what does.
CHANGERS = _words(
    """
    adduser ansible ansible-playbook apachectl apply arp at autossh bash bundle cap certbot chattr chef-client
    chgrp chmod chown chpasswd chroot cp createdb createuser crontab csh depmod e2fsck eksctl ethtool fallocate
    fsck go gpasswd groupadd growpart gunzip gzip insmod install iptables-restore knife ln logrotate losetup
    lvcreate lvextend lvresize make mkdir mknod modprobe mount mv mvn nano ntpdate passwd patch perl
    pg_basebackup pg_dump pg_repack pg_restore pgbench python python3 rails rake resize2fs restorecon ruby salt
    screen setcap setfacl setsebool sh shopt source ssh-keygen su swapoff swapon sync sysbench systemd-tmpfiles
    tar tee tmux touch tune2fs udevadm ulimit umount unzip useradd usermod vi vim vipw visudo wal-e wal-g
    xfs_growfs xfs_repair xz zip zsh
    """
)

# Words of any program that only look.
LOOKING = _words(
    """
    alerts analyze api-resources api-versions apropos auth-list blame can-i cat check cluster-info completion
    config-list count current-context describe diff dig doctor dry-run du endpoint-health endpoint-status
    events explain export-list find get get-context get-contexts get-credentials-list head health help history
    hosts images info inspect is-active is-enabled is-failed jobs lint list list-jobs list-timers
    list-unit-files list-units log logs ls members metrics namespaces nodes output plan policies ps query read
    rev-parse search show show-ref slowlog stat state-list stats status tail template tickets top validate
    verify version versions view wait whoami
    """
)

# Words of any program that end something for good.
DESTROYING = _words(
    """
    abandon clean del delete delete-all deregister destroy discard drop erase evict expire flush flushall
    flushdb force-delete forget kill nuke obliterate purge rb remove remove-member reset rm rmi rmr shred
    shutdown terminate trash truncate uninstall unregister vacuum wipe
    """
)

# Programs whose first words say what is done, each with the options before those words that take a value.
_SPEAKERS = """
kubectl: --as --cluster --context --kubeconfig --namespace --server --token --user -n -s -v
helm: --kube-context --kubeconfig --namespace -n
docker: --config --context --host -H -c
terraform:
git: --git-dir --work-tree -C -c
systemctl: --state --type -H -M -t
apt-get: -c -o -t
brew:
npm:
pip:
gem:
etcdctl: --cacert --cert --endpoints --key --user
velero: --namespace -n
redis-cli: --pass --user -a -h -n -p -s -u
consul:
vault:
argocd: --auth-token --server
flux: --namespace -n
istioctl: --namespace -n
virtctl: --namespace -n
rabbitmqctl: --vhost -n -p
ceph: --name -c -m -n
rbd: --pool -p
amtool: --alertmanager.url
gitlab-ctl:
gitlab-runner:
gitlab-rake:
patronictl: -c -d
gh: --repo -R
crictl:
ip: -n -netns
supervisorctl: -c -s
pg_ctl: -D
cloud-platform:
ovn-nbctl: --db
ovn-sbctl: --db
ovs-vsctl: --db
ovs-appctl: -t
kops: --name --state
sysctl:
"""

# What a program is like that goes by another name.
_ALIASES = """
kubectl: oc k kubectl.exe
docker: podman nerdctl docker-compose
apt-get: apt yum dnf apk zypper aptitude
terraform: tofu terragrunt
pip: pip3
npm: yarn pnpm
crictl: ctr
helm: helm3
redis-cli: valkey-cli
grep: egrep
"""

# What the first words of a program mean where it is not what they mean in general.
_SPOKEN = """
kubectl read: rollout status, rollout history, config view, config get-contexts, config current-context
kubectl read: config get-clusters, auth can-i, auth whoami, whoami, adm top, adm must-gather, adm node-logs
kubectl read: status, projects, api-resources
kubectl write: project, replace, debug, config, auth, rollout
kubectl destroy: drain, adm drain, config delete, adm prune, prune
docker read: system df, volume ls, image ls, container ls, network ls, volume inspect, compose ps, compose logs
docker read: search
docker destroy: system prune, volume prune, image prune, container prune, network prune, builder prune
docker destroy: container rm, down, volume rm, image rm, network rm, compose down
terraform read: state list, state show, state pull, workspace list, workspace show, providers, graph, plan-all
terraform write: state
terraform destroy: state rm, workspace delete, force-unlock
git read: reflog, describe, ls-files, ls-remote, grep, show, stash list
git write: branch, remote, config, reset, gc
git destroy: clean, rm, filter-branch, stash drop, stash clear
apt-get read: check, repolist, list-installed
apt-get write: clean, autoclean
apt-get destroy: autoremove, erase, del
etcdctl read: endpoint health, endpoint status, endpoint hashkv, member list, alarm list, snapshot status
etcdctl read: watch
etcdctl write: endpoint, auth
etcdctl destroy: member remove, compact, compaction, snapshot restore
velero read: backup get, backup describe, backup logs, restore get, restore describe, restore logs
velero read: schedule get, backups get
velero destroy: backup delete, restore delete, schedule delete
redis-cli read: keys, ping, mget, hgetall, hget, llen, lrange, scard, smembers, ttl, type, dbsize, exists
redis-cli read: monitor, scan, memory, client list, slowlog get, cluster nodes, cluster info, zrange, zcard
redis-cli read: config get
redis-cli write: debug, slowlog reset
redis-cli destroy: cluster reset, unlink, ltrim
systemctl read: cat, get-default, list-dependencies
systemctl write: daemon-reload, reset-failed
systemctl destroy: poweroff, halt, reboot, kill
gitlab-ctl read: check-config
gitlab-ctl destroy: kill, cleanse
ceph read: osd tree, osd df, mon stat, df, -s, mon dump, osd dump, pg dump, pg stat, osd stat, crash ls
ceph read: quorum_status
ceph write: osd out, crash archive, tell
ceph destroy: osd purge, osd destroy
gh read: run list, run view, pr list, pr view, repo view, pr status, issue list, issue view, auth status
gh write: api
gh destroy: repo delete, release delete, run delete
ip read: addr, address, a, link, route, r, neigh, rule
ip write: addr add, link set, link add, route add, route change, route replace, address add, rule add, netns
ip write: a add, r add, route append, neigh add
ip destroy: addr del, addr flush, link delete, link del, route del, route flush, address del, address flush
ip destroy: neigh flush, neigh del, rule del, a del, r del
patronictl read: topology, show-config, dsn
patronictl destroy: remove, reinit
amtool read: alert query, alert, silence query, config show, check-config, cluster show
amtool write: silence, silence expire, alert add
pg_ctl read: status
rabbitmqctl read: list_queues, list_connections, list_channels, cluster_status, list_consumers, list_users
rabbitmqctl read: list_vhosts
rabbitmqctl destroy: purge_queue, delete_queue, delete_vhost, delete_user, force_reset, forget_cluster_node
gitlab-runner read: list, verify
gitlab-runner destroy: unregister
"""


def _listed(text: str) -> dict[str, str]:
    """Return what stands behind each colon, by what stands before it."""
    pairs = (line.partition(":") for line in text.strip().splitlines())
    return {name.strip(): rest.strip() for name, _, rest in pairs}


def _spoken() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in _SPOKEN.strip().splitlines():
        head, _, phrases = line.partition(":")
        program, effect = head.split()
        found.setdefault(program, {}).update((phrase.strip(), effect) for phrase in phrases.split(","))
    return found


SPEAKERS = MappingProxyType({name: _words(options) for name, options in _listed(_SPEAKERS).items()})
ALIASES = MappingProxyType({alias: name for name, given in _listed(_ALIASES).items() for alias in given.split()})
SPOKEN = MappingProxyType(_spoken())
