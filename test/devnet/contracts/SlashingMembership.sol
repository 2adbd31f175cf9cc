// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// How an operator gets into the quorums of a SlashingRegistryCoordinator (f310f097, and the build of February 2025), how
// one takes another's place, and how it leaves: state and steps. Stands apart from SlashingRegistryCoordinator.sol, which
// has the calls, for its readers only.

import {CoordinatorMessages} from "./CoordinatorMessages.sol";
import {IAllocationManager} from "./CoreInterfaces.sol";
import {Ecdsa} from "./Ecdsa.sol";
import {IBLSApkRegistry, IIndexRegistry, IStakeRegistry} from "./Interfaces.sol";
import {DeregisterParams} from "./OperatorSetTypes.sol";
import {PausableByError} from "./Pausable.sol";
import {QuorumBitmap} from "./QuorumBitmap.sol";
import {
    OperatorInfo,
    OperatorKickParam,
    OperatorSetParam,
    OperatorStatus,
    SignatureWithSaltAndExpiry
} from "./Types.sol";

abstract contract SlashingMembership is PausableByError, CoordinatorMessages {
    struct Setup {
        bool isFeb2025;
        address avs;
        address owner;
        address ejector;
        address churnApprover;
        uint256 ejectionCooldown;
        IAllocationManager allocationManager;
        address blsApkRegistry;
        address stakeRegistry;
        address indexRegistry;
    }

    error BitmapEmpty();
    error BitmapCannotBeZero();
    error AlreadyRegisteredForQuorums();
    error NotRegisteredForQuorum();
    error CannotReregisterYet();
    error MaxQuorumsReached();
    error MaxOperatorCountReached();
    error NotRegistered();
    error OperatorNotRegistered();
    error InputLengthMismatch();
    error ChurnApproverSaltUsed();
    error SignatureExpired();
    error InvalidSignature();
    error CannotChurnSelf();
    error QuorumOperatorCountMismatch();
    error InsufficientStakeForChurn();
    error CannotKickOperatorAboveThreshold();

    event OperatorRegistered(address indexed operator, bytes32 indexed operatorId);
    event OperatorDeregistered(address indexed operator, bytes32 indexed operatorId);
    event OperatorSocketUpdate(bytes32 indexed operatorId, string socket);

    uint256 private constant BIPS = 10_000;

    bool internal immutable _isFeb2025;
    uint256 public immutable ejectionCooldown;
    address public immutable avs;
    address public immutable owner;
    address public immutable ejector;
    address public immutable churnApprover;
    IAllocationManager public immutable allocationManager;
    address public immutable blsApkRegistry;
    address public immutable stakeRegistry;
    address public immutable indexRegistry;

    uint8 public quorumCount;
    mapping(uint8 quorumNumber => OperatorSetParam) internal _operatorSetParams;
    mapping(address operator => OperatorInfo) internal _operatorInfo;
    mapping(bytes32 operatorId => uint192) public getCurrentQuorumBitmap;
    mapping(address operator => uint256) public lastEjectionTimestamp;
    mapping(bytes32 salt => bool) public isChurnApproverSaltUsed;

    constructor(Setup memory setup) CoordinatorMessages(true) {
        _isFeb2025 = setup.isFeb2025;
        avs = setup.avs;
        owner = setup.owner;
        ejector = setup.ejector;
        churnApprover = setup.churnApprover;
        ejectionCooldown = setup.ejectionCooldown;
        allocationManager = setup.allocationManager;
        blsApkRegistry = setup.blsApkRegistry;
        stakeRegistry = setup.stakeRegistry;
        indexRegistry = setup.indexRegistry;
    }

    // ---- the steps of a registration, in their order

    function _registerNormally(address operator, bytes32 operatorId, bytes memory quorumNumbers, string memory socket)
        internal
    {
        (uint32[] memory counts,,) = _register(operator, operatorId, quorumNumbers, socket);
        for (uint256 i = 0; i < counts.length; i++) {
            if (!_isOverFull(uint8(quorumNumbers[i]), counts[i])) continue;
            if (_isFeb2025) revert MaxQuorumsReached();
            revert MaxOperatorCountReached();
        }
    }

    function _registerWithChurn(
        address operator,
        bytes32 operatorId,
        bytes memory quorumNumbers,
        string memory socket,
        OperatorKickParam[] memory kicks,
        SignatureWithSaltAndExpiry memory approval
    ) internal {
        if (kicks.length != quorumNumbers.length) revert InputLengthMismatch();
        _verifyApproval(operator, operatorId, kicks, approval);
        (uint32[] memory counts, uint96[] memory stakes, uint96[] memory totals) =
            _register(operator, operatorId, quorumNumbers, socket);
        for (uint256 i = 0; i < counts.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            if (!_isOverFull(quorumNumber, counts[i])) continue;
            _validateChurn(quorumNumber, operator, stakes[i], totals[i], kicks[i]);
            _kick(kicks[i].operator, abi.encodePacked(quorumNumber));
        }
    }

    function _register(address operator, bytes32 operatorId, bytes memory quorumNumbers, string memory socket)
        private
        returns (uint32[] memory counts, uint96[] memory stakes, uint96[] memory totals)
    {
        uint192 joining = QuorumBitmap.parseByError(quorumNumbers, quorumCount);
        uint192 current = getCurrentQuorumBitmap[operatorId];
        if (joining == 0) revert BitmapEmpty();
        if (joining & current != 0) revert AlreadyRegisteredForQuorums();
        if (lastEjectionTimestamp[operator] + ejectionCooldown >= block.timestamp) revert CannotReregisterYet();
        getCurrentQuorumBitmap[operatorId] = current | joining;
        emit OperatorSocketUpdate(operatorId, socket);
        if (_operatorInfo[operator].status != OperatorStatus.REGISTERED) {
            _operatorInfo[operator] = OperatorInfo(operatorId, OperatorStatus.REGISTERED);
            emit OperatorRegistered(operator, operatorId);
        }
        IBLSApkRegistry(blsApkRegistry).registerOperator(operator, quorumNumbers);
        (stakes, totals) = IStakeRegistry(stakeRegistry).registerOperator(operator, operatorId, quorumNumbers);
        counts = IIndexRegistry(indexRegistry).registerOperator(operatorId, quorumNumbers);
    }

    function _verifyApproval(
        address operator,
        bytes32 operatorId,
        OperatorKickParam[] memory kicks,
        SignatureWithSaltAndExpiry memory approval
    ) private {
        if (isChurnApproverSaltUsed[approval.salt]) revert ChurnApproverSaltUsed();
        if (approval.expiry < block.timestamp) revert SignatureExpired();
        isChurnApproverSaltUsed[approval.salt] = true;
        bytes32 digest =
            calculateOperatorChurnApprovalDigestHash(operator, operatorId, kicks, approval.salt, approval.expiry);
        if (!Ecdsa.isValidSignatureNow(churnApprover, digest, approval.signature)) revert InvalidSignature();
    }

    /// A quorum number other than the signed one is told in the words of a wrong count.
    function _validateChurn(
        uint8 quorumNumber,
        address newcomer,
        uint96 newcomerStake,
        uint96 totalStake,
        OperatorKickParam memory kick
    ) private view {
        if (newcomer == kick.operator) revert CannotChurnSelf();
        if (kick.quorumNumber != quorumNumber) revert QuorumOperatorCountMismatch();
        bytes32 idToKick = _operatorInfo[kick.operator].operatorId;
        uint256 stakeToKick = IStakeRegistry(stakeRegistry).getCurrentStake(idToKick, quorumNumber);
        OperatorSetParam memory params = _operatorSetParams[quorumNumber];
        uint256 stakeToBeat = stakeToKick * params.kickBIPsOfOperatorStake / BIPS;
        if (newcomerStake <= stakeToBeat) revert InsufficientStakeForChurn();
        uint256 safeStake = uint256(totalStake) * params.kickBIPsOfTotalStake / BIPS;
        if (stakeToKick >= safeStake) revert CannotKickOperatorAboveThreshold();
    }

    // ---- leaving

    /// By the AllocationManager, as the AVS's appointee; it calls back. The build of February 2025 does nothing where
    /// there is nobody to kick, the later one refuses.
    function _kick(address operator, bytes memory quorumNumbers) internal {
        OperatorInfo memory info = _operatorInfo[operator];
        if (info.status != OperatorStatus.REGISTERED) {
            if (_isFeb2025) return;
            revert OperatorNotRegistered();
        }
        uint192 leaving = QuorumBitmap.parseByError(quorumNumbers, quorumCount);
        if (leaving & ~getCurrentQuorumBitmap[info.operatorId] != 0) return;
        uint32[] memory operatorSetIds = new uint32[](quorumNumbers.length);
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            operatorSetIds[i] = uint8(quorumNumbers[i]);
        }
        allocationManager.deregisterFromOperatorSets(DeregisterParams(operator, avs, operatorSetIds));
    }

    function _deregister(address operator, bytes memory quorumNumbers) internal {
        OperatorInfo storage info = _operatorInfo[operator];
        bytes32 operatorId = info.operatorId;
        if (info.status != OperatorStatus.REGISTERED) revert NotRegistered();
        uint192 leaving = QuorumBitmap.parseByError(quorumNumbers, quorumCount);
        uint192 current = getCurrentQuorumBitmap[operatorId];
        if (leaving == 0) revert BitmapCannotBeZero();
        if (leaving & ~current != 0) revert NotRegisteredForQuorum();
        getCurrentQuorumBitmap[operatorId] = current & ~leaving;
        if (current == leaving) {
            info.status = OperatorStatus.DEREGISTERED;
            emit OperatorDeregistered(operator, operatorId);
        }
        IBLSApkRegistry(blsApkRegistry).deregisterOperator(operator, quorumNumbers);
        IStakeRegistry(stakeRegistry).deregisterOperator(operatorId, quorumNumbers);
        IIndexRegistry(indexRegistry).deregisterOperator(operatorId, quorumNumbers);
    }

    function _isOverFull(uint8 quorumNumber, uint32 count) private view returns (bool) {
        return count > _operatorSetParams[quorumNumber].maxOperatorCount;
    }
}
